import * as http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Endpoint } from '../api';
import type { Haproxy } from './haproxy';
import { placeName, placesPerGroup } from './load-balancer-config';

const probeEveryMs = 100;
const probeTimeoutMs = 2_000;
/** Longer than any request of the service takes. */
const drainLimitMs = 8_000;

/** What a service registers with: where its tasks enter and leave the load balancer. */
export interface Targets {
  /** Resolves when the target has passed its first health check and gets guests. @throws when `signal` ends it. */
  register(targetGroup: string, target: Endpoint, signal: AbortSignal): Promise<void>;
  /** Resolves when the target gets no new guests and has answered those it had. */
  deregister(targetGroup: string, target: Endpoint): Promise<void>;
  /** Whether a listener's rule sends its requests to a group. */
  leadsTo(rule: string, targetGroup: string): boolean;
  /** From now on it does, also for guests whose connection is kept. */
  lead(rule: string, targetGroup: string): Promise<void>;
}

/** One answer of a target to its health check. */
export function passesCheck(target: Endpoint, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get({ ...target, path, timeout: probeTimeoutMs, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => {
      resolve(false);
    });
  });
}

/** A new target is healthy after the first check it passes (ALB's rule); until then nobody is sent to it. */
export async function untilHealthy(target: Endpoint, path: string, signal: AbortSignal): Promise<void> {
  while (!(await passesCheck(target, path))) {
    signal.throwIfAborted();
    await pause(probeEveryMs, undefined, { signal });
  }
}

const isAt = (target: Endpoint) => (other: Endpoint | null) =>
  other?.host === target.host && other.port === target.port;

/** Who stands in which place of each target group, in memory and in the running HAProxy. */
export class Places {
  private readonly groups = new Map<string, (Endpoint | null)[]>();

  constructor(private readonly haproxy: Haproxy) {}

  of(group: string): readonly (Endpoint | null)[] {
    return this.placesOf(group);
  }

  forget(group: string): void {
    this.groups.delete(group);
  }

  /** @throws Error when the group is full. */
  async enter(group: string, target: Endpoint): Promise<void> {
    const places = this.placesOf(group);
    const index = places.some(isAt(target)) ? places.findIndex(isAt(target)) : places.indexOf(null);
    if (index < 0)
      throw new Error(`target group ${group} has no place for more than ${String(placesPerGroup)} targets`);
    places[index] = target;
    const server = `${group}/${placeName(index)}`;
    await this.tell(`set server ${server} addr ${target.host} port ${String(target.port)}`);
    await this.tell(`set server ${server} state ready`);
  }

  async leave(group: string, target: Endpoint): Promise<void> {
    const places = this.placesOf(group);
    const index = places.findIndex(isAt(target));
    if (index < 0) return;
    const server = placeName(index);
    await this.tell(`set server ${group}/${server} state drain`);
    const deadline = Date.now() + drainLimitMs;
    while (Date.now() < deadline && (await this.sessions(group, server)) > 0) await pause(50);
    await this.tell(`set server ${group}/${server} state maint`);
    places[index] = null;
  }

  /** `name=UP 1.2.3.4:5` of each filled place, for people. */
  async describe(group: string): Promise<string[]> {
    const rows = await this.statistics(group);
    return rows.filter((row) => row.status !== 'MAINT').map((row) => `${row.name}=${row.status}`);
  }

  private placesOf(group: string): (Endpoint | null)[] {
    let places = this.groups.get(group);
    if (places === undefined) {
      places = Array.from({ length: placesPerGroup }, () => null);
      this.groups.set(group, places);
    }
    return places;
  }

  /** HAProxy answers a well-done `set server` with nothing, or says what it changed. */
  private async tell(command: string): Promise<void> {
    if (!this.haproxy.running) return;
    const answer = (await this.haproxy.command(command)).trim();
    if (/No such|Unknown|not (found|allowed)|Require|Permission|Invalid/i.test(answer)) {
      throw new Error(`haproxy: ${command}: ${answer}`);
    }
  }

  private async sessions(group: string, server: string): Promise<number> {
    return (await this.statistics(group)).find((row) => row.name === server)?.sessions ?? 0;
  }

  private async statistics(group: string): Promise<{ name: string; status: string; sessions: number }[]> {
    if (!this.haproxy.running) return [];
    const [head = '', ...lines] = (await this.haproxy.command('show stat')).replace(/^# /, '').trim().split('\n');
    const columns = head.split(',');
    const [proxy, server, status, current] = ['pxname', 'svname', 'status', 'scur'].map((c) => columns.indexOf(c));
    return lines
      .map((line) => line.split(','))
      .filter((cells) => cells[proxy ?? -1] === group && cells[server ?? -1] !== 'BACKEND')
      .map((cells) => ({
        name: cells[server ?? -1] ?? '',
        status: cells[status ?? -1] ?? '',
        sessions: Number(cells[current ?? -1] ?? 0),
      }));
  }
}
