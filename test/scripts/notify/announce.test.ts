import assert from 'node:assert/strict';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { AgenteError } from '../../../recovery/errors';
import { announce } from '../../../scripts/notify/announce';

describe('a word to people', () => {
  let server: http.Server;
  let received: { path: string; body: unknown }[];
  let status: number;
  beforeEach((done) => {
    received = [];
    status = 200;
    server = http.createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        received.push({ path: request.url ?? '', body: JSON.parse(text) });
        response.writeHead(status).end();
      });
    });
    server.listen(0, '127.0.0.1', done);
  });
  afterEach((done) => {
    server.close(done);
  });
  const url = (): string => `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  it('reaches Alertmanager as a critical alert', async () => {
    assert.deepEqual(await announce('alert', 'backup failed', { ALERTMANAGER_URL: url() }), ['Alertmanager']);
    const [alert] = received[0]?.body as { labels: { severity: string }; annotations: { summary: string } }[];
    assert.equal(received[0]?.path, '/api/v2/alerts');
    assert.equal(alert?.labels.severity, 'critical');
    assert.equal(alert.annotations.summary, 'backup failed');
  });

  it('is told when one channel of two takes it', async () => {
    const told = await announce('notification', 'x', {
      ALERTMANAGER_URL: 'http://127.0.0.1:1',
      NOTIFICATION_WEBHOOK_URL: `${url()}/token`,
    });
    assert.deepEqual(told, ['the webhook']);
  });

  it('rejects to pass in silence when no channel takes it, and keeps the address to itself', async () => {
    status = 500;
    await assert.rejects(
      announce('alert', 'x', { NOTIFICATION_WEBHOOK_URL: `${url()}/secret-token` }),
      (error) =>
        error instanceof AgenteError &&
        error.code === 'notification-failed' &&
        /500/.test(error.message) &&
        !error.message.includes('secret-token'),
    );
  });

  it('rejects to be sent to nobody', async () => {
    await assert.rejects(
      announce('alert', 'x', {}),
      (error) => error instanceof AgenteError && error.code === 'config-invalid',
    );
  });
});
