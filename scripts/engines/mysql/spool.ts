import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { tied } from '../../programs/tied';
import { defaultsFile, type Access } from './access';
import { rawFiles, readerArguments, readFrom } from './binlog-fetch';
import type { Dialect } from './dialect';
import type { LogEnd } from './log-history';
import type { LogScan } from './log-scan';
import type { BinlogPosition } from './position';

interface Mark {
  readonly size: number;
  readonly at: number;
}

const lookEveryMs = 100;
const rememberedBytes = 4_096;
const magicBytes = 4;

/** Length of the magic number and the format description, which every file begins with. */
function headOf(file: string): number {
  const header = Buffer.alloc(magicBytes + 13);
  const descriptor = fs.openSync(file, 'r');
  fs.readSync(descriptor, header, 0, header.length, 0);
  fs.closeSync(descriptor);
  return magicBytes + header.readUInt32LE(magicBytes + 9);
}

/** One connection's raw log, as it comes in: a replica's view of the server, with the moments when it grew. */
export class Spool {
  readonly soFar = new Map<string, LogScan>();
  readonly ended: Promise<string>;
  private readonly marks = new Map<string, Mark[]>();
  private readonly child: ChildProcess;
  private readonly timer: NodeJS.Timeout;
  private readonly begin: BinlogPosition;
  private looked = Date.now();

  /** @param folder of its own, empty. */
  constructor(
    readonly folder: string,
    access: Access,
    dialect: Dialect,
    end: LogEnd,
    replicaId: number,
  ) {
    this.begin = readFrom(end);
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const [first = '', ...rest] = readerArguments(folder, defaultsFile(folder, access, dialect), this.begin);
    const idFlag = dialect.name === 'mariadb' ? '--stop-never-slave-server-id' : '--connection-server-id';
    const { command, args } = tied(dialect.binlog, [first, '--stop-never', `${idFlag}=${String(replicaId)}`, ...rest]);
    this.child = spawn(command, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    });
    let said = '';
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-rememberedBytes)));
    this.ended = new Promise<string>((resolve) => {
      this.child.once('error', (error) => resolve(error.message));
      this.child.once('close', () => resolve(said.trim()));
    });
    this.timer = setInterval(() => this.look(), lookEveryMs);
  }

  /** When something came in last. */
  get grewAt(): number {
    return Math.max(0, ...[...this.marks.values()].map((marks) => marks.at(-1)?.at ?? 0));
  }

  /** Has the log up to there come in? */
  reaches({ file, offset }: BinlogPosition): boolean {
    const size = this.sizes().get(file);
    return size !== undefined && size + this.shift(file) >= offset;
  }

  /** What lies between a place in this file and the same in the server's own: the first file begins in the middle. */
  shift(file: string): number {
    const { begin } = this;
    return file === begin.file && begin.offset > magicBytes ? begin.offset - headOf(path.join(this.folder, file)) : 0;
  }

  files(): string[] {
    return rawFiles(this.folder);
  }

  private sizes(): Map<string, number> {
    return new Map(this.files().map((name) => [path.basename(name), fs.statSync(name).size]));
  }

  /** True when there is more than was shipped. */
  hasMore(): boolean {
    return [...this.sizes()].some(([file, size]) => size > (this.soFar.get(file)?.toAt ?? 0));
  }

  look(): void {
    const now = Date.now();
    for (const [file, size] of this.sizes()) {
      const marks = this.marks.get(file) ?? [];
      const last = marks.at(-1);
      if (last?.size !== size) {
        if (last !== undefined && last.at < this.looked) marks.push({ size: last.size, at: this.looked });
        marks.push({ size, at: now });
        this.marks.set(file, marks);
      }
    }
    this.looked = now;
  }

  /** When the part that a scan covers was seen: `binlog.000001:927@1795834358123 …`. */
  seen({ file, from, fromAt, to, toAt }: LogScan): string {
    const marks = (this.marks.get(file) ?? []).filter(({ size }) => size > fromAt);
    this.marks.set(file, marks.slice(-1));
    const words = marks.map(({ size, at }) => `${file}:${Math.min(to, from + size - fromAt)}@${at}`);
    return to > from && toAt > fromAt ? words.join(' ') : '';
  }

  /** Forgets files that were shipped whole and are followed by others. */
  tidy(): void {
    for (const name of this.files().slice(0, -1)) {
      const scan = this.soFar.get(path.basename(name));
      if (scan !== undefined && scan.toAt >= fs.statSync(name).size) fs.rmSync(name);
    }
  }

  /** The connection is gone or no longer wanted. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.child.kill('SIGTERM');
    await this.ended;
    this.look();
  }
}
