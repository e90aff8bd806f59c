import type { Answer, Question } from 'dns-packet';
import type { HealthCheckSpec, RecordSpec } from '../api';
import type { Machine } from '../machine';
import type { Part, RegionContext } from '../supervisor/part';
import { bareName, loadBalancerAddress } from './dns-names';
import { aliasTtlSeconds, chosenRecord, withRecord, withoutRecord, type RecordKey } from './dns-records';
import { DnsServer, type DnsAnswer } from './dns-server';
import { firstBelief, HealthChecker, type Belief } from './health-check';

type Calls = 'putHealthCheck' | 'deleteHealthCheck' | 'putRecord' | 'deleteRecord';

/** How many of the last answers are kept for people who ask what was answered when. */
const keptAnswers = 50;

interface State {
  records: RecordSpec[];
  checks: Record<string, { spec: HealthCheckSpec; belief: Belief }>;
}

/** The machine's Route 53: failover records, their health checks, and the server that answers with them. */
export function dns(context: RegionContext): Part<Calls> {
  const zone = new Zone(context);
  const server = new DnsServer((question, from) => zone.answer(question, from));
  return {
    calls: {
      putHealthCheck: (spec) => zone.putCheck(spec),
      deleteHealthCheck: ({ id }) => zone.deleteCheck(id),
      putRecord: (record) => zone.putRecord(record),
      deleteRecord: (record) => zone.deleteRecord(record),
    },
    start: async () => {
      await server.listen(context.address, context.machine.file.dnsPort);
      zone.start();
    },
    status: () => zone.status(),
    stop: async () => {
      zone.stop();
      await server.close();
    },
  };
}

class Zone {
  private readonly state: State;
  private readonly checkers = new Map<string, HealthChecker>();
  private readonly log: string[] = [];
  private asked = 0;

  constructor(private readonly context: RegionContext) {
    this.state = context.load<State>('dns', { records: [], checks: {} });
  }

  start(): void {
    for (const { spec, belief } of Object.values(this.state.checks)) this.check(spec, belief);
  }

  stop(): void {
    for (const checker of this.checkers.values()) checker.stop();
  }

  /** A check that is put again as it was goes on; a changed one keeps what it believes, as Route 53's does. */
  putCheck(spec: HealthCheckSpec): Promise<Record<string, never>> {
    const before = this.checkers.get(spec.id);
    if (before === undefined || JSON.stringify(before.spec) !== JSON.stringify(spec)) {
      before?.stop();
      this.check(spec, before?.belief ?? firstBelief);
    }
    return Promise.resolve({});
  }

  deleteCheck(id: string): Promise<Record<string, never>> {
    this.checkers.get(id)?.stop();
    this.checkers.delete(id);
    Reflect.deleteProperty(this.state.checks, id);
    this.save();
    return Promise.resolve({});
  }

  putRecord(record: RecordSpec): Promise<Record<string, never>> {
    this.state.records = withRecord(this.state.records, record);
    this.save();
    return Promise.resolve({});
  }

  deleteRecord(record: RecordKey): Promise<Record<string, never>> {
    this.state.records = withoutRecord(this.state.records, record);
    this.save();
    return Promise.resolve({});
  }

  answer(question: Question, from: string): DnsAnswer {
    const { machine } = this.context;
    const chosen = this.chosen(question.name);
    const found =
      chosen === null ? balancerAnswer(machine, question.name) : recordAnswer(machine, question.name, chosen);
    const answers = found.filter((answer) => answer.type === question.type || answer.type === 'CNAME');
    const inZone = `.${bareName(question.name)}`.endsWith(`.${bareName(machine.file.domain)}`);
    this.note(question, answers, from);
    return {
      authoritative: inZone || found.length > 0,
      exists: found.length > 0,
      answers,
      authorities: answers.length === 0 && inZone ? [startOfAuthority(machine)] : [],
    };
  }

  status(): ReturnType<Part['status']> {
    const part = (kind: string, name: string, detail: string) =>
      ({ kind, name, state: 'running', pid: process.pid, detail }) as const;
    const { address, machine } = this.context;
    return [
      part(
        'dns',
        `${address}:${String(machine.file.dnsPort)}`,
        `${String(this.asked)} questions; last: ${this.log.slice(-5).join('; ')}`,
      ),
      ...[...this.checkers.values()].map((checker) =>
        part('health check', checker.spec.id, `${checker.healthy ? 'healthy' : 'unhealthy'}${kinds(checker.spec)}`),
      ),
      ...this.names().map((name) => part('record', name, this.servedBy(name))),
    ];
  }

  private names(): string[] {
    return [...new Set(this.state.records.map((record) => bareName(record.name)))];
  }

  private servedBy(name: string): string {
    const chosen = this.chosen(name);
    if (chosen === null) return 'nothing';
    const addresses = recordAnswer(this.context.machine, name, chosen).flatMap((answer) =>
      answer.type === 'A' ? [answer.data] : [],
    );
    return `${chosen.failover ?? 'simple'} -> ${addresses.join(', ')}`;
  }

  private chosen(name: string): RecordSpec | null {
    // A check that does not exist (any more) does not take its record away: Route 53 treats it as healthy.
    return chosenRecord(this.state.records, name, (id) => this.checkers.get(id)?.healthy ?? true);
  }

  private check(spec: HealthCheckSpec, belief: Belief): void {
    const checker = new HealthChecker(this.context.machine, spec, belief, () => {
      this.context.log(`health check ${spec.id} is ${checker.healthy ? 'healthy' : 'unhealthy'}`);
      for (const name of this.names()) this.context.log(`${name} is answered by ${this.servedBy(name)}`);
      this.keep(checker);
    });
    this.checkers.set(spec.id, checker);
    this.keep(checker);
    checker.start();
  }

  private keep(checker: HealthChecker): void {
    this.state.checks[checker.spec.id] = { spec: checker.spec, belief: checker.belief };
    this.save();
  }

  private save(): void {
    this.context.save('dns', this.state);
  }

  private note(question: Question, answers: readonly Answer[], from: string): void {
    this.asked += 1;
    const data = answers.map((answer) => (answer.type === 'A' || answer.type === 'CNAME' ? answer.data : answer.type));
    const what = `${question.name} ${question.type} = ${data.join(',') || 'none'}`;
    this.log.push(`${new Date().toISOString()} ${from} ${what}`);
    if (this.log.length > keptAnswers) this.log.shift();
  }
}

function kinds(spec: HealthCheckSpec): string {
  return `${spec.inverted ? ', inverted' : ''}${spec.disabled ? ', disabled' : ''}: ${spec.host}${spec.path}`;
}

/** DNS knows whole seconds; below one second an answer would not be kept at all. */
function scaledTtl(machine: Machine, seconds: number): number {
  return Math.max(1, Math.round(seconds / machine.file.timeScale));
}

function addressAnswer(machine: Machine, name: string, address: string, ttlSeconds: number): Answer {
  return { type: 'A', class: 'IN', name, ttl: scaledTtl(machine, ttlSeconds), data: address };
}

function balancerAnswer(machine: Machine, name: string): Answer[] {
  const address = loadBalancerAddress(machine, name);
  return address === null ? [] : [addressAnswer(machine, name, address, aliasTtlSeconds)];
}

function recordAnswer(machine: Machine, name: string, record: RecordSpec): Answer[] {
  if (record.alias !== null) {
    const address = loadBalancerAddress(machine, record.alias);
    return address === null ? [] : [addressAnswer(machine, name, address, aliasTtlSeconds)];
  }
  if (record.type === 'A') return record.values.map((value) => addressAnswer(machine, name, value, record.ttlSeconds));
  return record.values.flatMap((value): Answer[] => [
    { type: 'CNAME', class: 'IN', name, ttl: scaledTtl(machine, record.ttlSeconds), data: bareName(value) },
    ...balancerAnswer(machine, value),
  ]);
}

/** Tells resolvers for how long "there is nothing" holds. */
function startOfAuthority(machine: Machine): Answer {
  const { domain } = machine.file;
  const times = { serial: 1, refresh: 7_200, retry: 900, expire: 1_209_600, minimum: 5 };
  const ttl = scaledTtl(machine, times.minimum);
  return {
    type: 'SOA',
    class: 'IN',
    name: domain,
    ttl,
    data: { mname: `ns.${domain}`, rname: `hostmaster.${domain}`, ...times },
  };
}
