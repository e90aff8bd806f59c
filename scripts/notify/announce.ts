import { AgenteError } from '../../recovery/errors';

/** `alert` wakes people; `notification` tells them. */
export type Urgency = 'alert' | 'notification';

type Send = (urgency: Urgency, text: string) => Promise<void>;

export interface Channel {
  readonly name: string;
  readonly send: Send;
}

/** Nobody waits longer for a word to arrive than for the recovery itself. */
const patienceMs = 10_000;

async function post(name: string, url: string, body: unknown): Promise<void> {
  let status: number;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(patienceMs),
    });
    status = answer.status;
  } catch (error) {
    // The address may carry a token.
    throw new Error(`${name} does not answer`, { cause: error });
  }
  if (status >= 300) throw new Error(`${name} answers ${String(status)}`);
}

/** Where people are told: Alertmanager (`ALERTMANAGER_URL`) and a webhook of chat (`NOTIFICATION_WEBHOOK_URL`). */
export function channels(env: Readonly<Record<string, string | undefined>>): Channel[] {
  const found: Channel[] = [];
  const alertmanager = env['ALERTMANAGER_URL'] ?? '';
  const webhook = env['NOTIFICATION_WEBHOOK_URL'] ?? '';
  if (alertmanager !== '') {
    found.push({
      name: 'Alertmanager',
      send: (urgency, text) =>
        post('Alertmanager', new URL('/api/v2/alerts', alertmanager).href, [
          {
            labels: { alertname: 'AgenteDr', severity: urgency === 'alert' ? 'critical' : 'info' },
            annotations: { summary: text },
            startsAt: new Date().toISOString(),
          },
        ]),
    });
  }
  if (webhook !== '') {
    found.push({ name: 'the webhook', send: (urgency, text) => post('the webhook', webhook, { text, urgency }) });
  }
  return found;
}

/**
 * Tells people by every channel that there is.
 * @returns the names of the channels that took it.
 * @throws AgenteError config-invalid without a channel, notification-failed when none took it.
 */
export async function announce(
  urgency: Urgency,
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  const all = channels(env);
  if (all.length === 0) {
    const hint = 'Set ALERTMANAGER_URL or NOTIFICATION_WEBHOOK_URL.';
    throw new AgenteError('config-invalid', `nobody is told: there is no channel`, hint);
  }
  const outcomes = await Promise.allSettled(all.map(({ send }) => send(urgency, text)));
  const failed = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [(outcome.reason as Error).message] : [],
  );
  if (failed.length === all.length) {
    const hint = 'Tell them by telephone, and look after the channel.';
    throw new AgenteError('notification-failed', `nobody was told: ${failed.join('; ')}`, hint);
  }
  return all.filter((_channel, index) => outcomes[index]?.status === 'fulfilled').map(({ name }) => name);
}
