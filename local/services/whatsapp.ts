import { serve } from './web/serve';
import { Gate } from './whatsapp/gate';
import { Outbox } from './whatsapp/outbox';
import { routes, type Desk } from './whatsapp/routes';
import { readSettings } from './whatsapp/settings';

const flushEveryMs = 500;

/**
 * The WhatsApp integration in its smallest honest form: an outbox that is held until the site is
 * reconciled. Nothing leaves this machine: a sent message is a line in the log, without what it says.
 */
function main(): void {
  const settings = readSettings(process.env);
  const desk = { outbox: new Outbox(settings), gate: new Gate(settings) };
  let flushing = Promise.resolve();
  const timer = setInterval(() => {
    flushing = flushing.then(() => flush(desk)).catch(() => undefined);
  }, flushEveryMs);
  const close = async (): Promise<void> => {
    clearInterval(timer);
    await flushing;
    desk.gate.close();
    await desk.outbox.close();
  };
  serve({ name: `whatsapp (${settings.site})`, port: settings.port, routes: routes(desk, settings.site), close });
}

/** What waits leaves when the gate is open; the log says which message, and not what is in it. */
async function flush({ outbox, gate }: Desk): Promise<void> {
  if ((await gate.state()) === 'held') return;
  await outbox.flush(({ reference }) => {
    console.log(`${new Date().toISOString()} sent ${reference}`);
  });
}

main();
