import * as http from 'node:http';
import { AgenteError } from '../../recovery/errors';
import { duration } from '../../recovery/duration';
import { RegionRefusal } from '../api';
import type { Machine } from '../machine';
import type { Call } from './part';

/** A base backup over the link or a service that becomes steady may take minutes. */
const patience = duration('5m');

interface Reply {
  readonly result?: unknown;
  readonly refusal?: { readonly code: string; readonly message: string };
}

function post(socketPath: string, method: string, params: unknown): Promise<Reply> {
  const body = JSON.stringify(params);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = http.request(
      { socketPath, method: 'POST', path: `/${method}`, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          try {
            resolve(JSON.parse(Buffer.concat(chunks).toString()) as Reply);
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      },
    );
    request.setTimeout(patience.ms, () => request.destroy(new Error(`no answer within ${patience.toString()}`)));
    request.once('error', reject);
    request.end(body);
  });
}

/**
 * Calls the supervisors of a machine over their sockets; each call is one connection, so a dead region
 * fails its own calls only.
 * @throws RegionRefusal when the region refuses, in its words.
 * @throws AgenteError `machine-not-running` when the region's supervisor does not answer.
 */
export function regionClient(machine: Machine): Call {
  const call = async (region: string, method: string, params: unknown): Promise<unknown> => {
    const reply = await post(machine.socket(region), method, params).catch((error: unknown) => {
      const reason = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
      throw new AgenteError(
        'machine-not-running',
        `region ${region} of machine ${machine.file.name} does not answer ${method} (${reason})`,
        'Run `agente-dr local status` to see which regions stand.',
        { cause: error },
      );
    });
    if (reply.refusal !== undefined) throw new RegionRefusal(reply.refusal.code, reply.refusal.message);
    return reply.result;
  };
  // The wire carries no types: api.ts says what each call answers, and both ends are built from it.
  return call as Call;
}
