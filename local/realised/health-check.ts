import * as fs from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { Endpoint, HealthCheckSpec } from '../api';
import type { Machine } from '../machine';
import { bucketHost, loadBalancerAddress } from './dns-names';
import { storePort } from './store-client';

/** Route 53: four seconds to connect, then two for the answer. */
const connectLimitMs = 4_000;
const answerLimitMs = 2_000;

/** What a health checker has seen: the belief about the endpoint, and how many answers in a row contradict it. */
export interface Belief {
  readonly reachable: boolean;
  readonly contradictions: number;
}

/** Route 53 takes a new endpoint for healthy until it has seen enough (so an inverted check starts unhealthy). */
export const firstBelief: Belief = { reachable: true, contradictions: 0 };

/** One more answer: the belief turns when `threshold` answers in a row have contradicted it. */
export function afterProbe(belief: Belief, answered: boolean, threshold: number): Belief {
  if (answered === belief.reachable) return { ...belief, contradictions: 0 };
  const contradictions = belief.contradictions + 1;
  return contradictions >= threshold ? { reachable: answered, contradictions: 0 } : { ...belief, contradictions };
}

/** The status that records go by: a disabled check counts as reachable, and `inverted` turns either over. */
export function isHealthy(spec: Pick<HealthCheckSpec, 'disabled' | 'inverted'>, belief: Belief): boolean {
  return (spec.disabled || belief.reachable) !== spec.inverted;
}

interface Destination extends Endpoint {
  readonly path: string;
}

/** Where a check's host is on this machine; a bucket's host is its region's object store itself, without signature. */
function destination(machine: Machine, spec: HealthCheckSpec): Destination {
  const bucket = bucketHost(spec.host);
  if (bucket !== null) {
    const host = machine.address(bucket.region);
    return { host, port: storePort(machine), path: `/${bucket.bucket}${spec.path}` };
  }
  return { host: loadBalancerAddress(machine, spec.host) ?? spec.host, port: spec.port, path: spec.path };
}

/** One probe: true for an answer from 200 to 399 within the limits. It never throws. */
export function probe(machine: Machine, spec: HealthCheckSpec): Promise<boolean> {
  return new Promise((resolve) => {
    const { request: open, options } = transport(machine, spec);
    const request = open({ ...options, agent: false, method: 'GET' });
    const give = (answer: boolean): void => {
      clearTimeout(timer);
      request.destroy();
      resolve(answer);
    };
    let timer = setTimeout(give, connectLimitMs, false);
    request.on('socket', (socket) => {
      socket.once(spec.protocol === 'HTTPS' ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        timer = setTimeout(give, answerLimitMs, false);
      });
    });
    request.on('response', ({ statusCode = 0 }) => {
      give(statusCode >= 200 && statusCode < 400);
    });
    request.on('error', () => {
      give(false);
    });
    request.end();
  });
}

function transport(machine: Machine, spec: HealthCheckSpec) {
  const { host, port, path: target } = destination(machine, spec);
  const options = { host, port, path: target, headers: { host: spec.host } };
  if (spec.protocol === 'HTTP') return { request: http.request, options };
  const ca = fs.readFileSync(machine.authorityFile);
  return { request: https.request, options: { ...options, ca } };
}

/** Probes one endpoint at its interval, counted from its start, and tells what it believes after each answer. */
export class HealthChecker {
  private timer: NodeJS.Timeout | null = null;
  private busy = false;

  constructor(
    private readonly machine: Machine,
    readonly spec: HealthCheckSpec,
    public belief: Belief,
    private readonly changed: (checker: HealthChecker) => void,
  ) {}

  get healthy(): boolean {
    return isHealthy(this.spec, this.belief);
  }

  start(): void {
    const intervalMs = (this.spec.intervalSeconds * 1_000) / this.machine.file.timeScale;
    this.timer = setInterval(() => void this.once(), intervalMs);
    void this.once();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  private async once(): Promise<void> {
    if (this.busy || this.spec.disabled) return;
    this.busy = true;
    const answered = await probe(this.machine, this.spec);
    this.busy = false;
    if (this.timer === null) return;
    const before = this.belief;
    this.belief = afterProbe(before, answered, this.spec.failureThreshold);
    if (this.belief.reachable !== before.reachable) this.changed(this);
  }
}
