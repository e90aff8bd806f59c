import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AgenteError } from '../../../recovery/errors';
import type { ProgressStep } from '../../progress/progress';
import type { Work } from '../engine';
import { damagedSegment } from './course-end';
import { giveToServerUser } from '../../programs/server-programs';
import { writeOwned } from './home';
import type { PhysicalRoute } from './physical-plan';
import { readSegment } from './segment-content';
import { numberOf, parseSegment } from './wal';

/** Segments that wait for the server at most. */
const ahead = 16;

/**
 * Hands the segments of a route to a server that asks for them with its restore_command. To PostgreSQL a
 * segment that cannot be had is the end of the log; here it is that only where the route ends. What is
 * damaged or missing before makes the command end as if the shell had failed, which ends the recovery.
 */
export class LogDelivery {
  private stopped = false;
  private failure: AgenteError | null = null;

  constructor(
    private readonly folder: string,
    private readonly route: PhysicalRoute,
  ) {
    const names = route.course.segments.map(({ name }) => name);
    writeOwned(this.at('expected'), `${names.join('\n')}\n`);
    writeOwned(this.at('asked'), '');
    for (const [name, content] of route.archive.historyFiles) writeOwned(this.at(name), content);
    writeOwned(this.at('get'), this.script(), 0o700);
  }

  /** For the server's configuration. */
  get command(): string {
    return `${this.at('get')} "%f" "%p"`;
  }

  /** What was wrong with the log, once the server has ended over it. */
  get damage(): AgenteError | null {
    return this.failure;
  }

  /** Runs until everything was handed over or it is stopped. */
  async run(work: Work, step: ProgressStep): Promise<void> {
    const { segments } = this.route.course;
    const { segmentSize, stop } = this.route.position;
    const kept = segments.findIndex(
      ({ name }) => parseSegment(name, segmentSize).number >= numberOf(stop, segmentSize),
    );
    let removed = kept === -1 ? segments.length : kept;
    for (const [index, segment] of segments.entries()) {
      // A server begins with the checkpoint, goes back to where the backup began, and then only forward.
      while (!this.stopped && index >= Math.max(this.askedIndex(), kept) + ahead) await pause(10);
      if (this.stopped) return;
      const draft = this.at(`.${segment.name}`);
      const fact = await readSegment(segment, this.route.archive, work, draft).catch(
        (error: unknown) => error as Error,
      );
      if (fact !== null) {
        this.fail(fact instanceof AgenteError ? fact : damagedSegment(segment.name, String(fact)));
        return;
      }
      giveToServerUser(draft);
      fs.renameSync(draft, this.at(segment.name));
      step.advance(segmentSize);
      for (; removed < this.askedIndex() - 2; removed += 1) {
        fs.rmSync(this.at(segments[removed]?.name ?? ''), { force: true });
      }
    }
  }

  stop(): void {
    this.stopped = true;
  }

  private fail(error: AgenteError): void {
    this.failure = error;
    writeOwned(this.at('failed'), error.message);
  }

  private askedIndex(): number {
    const asked = fs.readFileSync(this.at('asked'), 'utf8').trim();
    return this.route.course.segments.findIndex(({ name }) => name === asked);
  }

  private script(): string {
    return `#!/bin/sh
cd '${this.folder.replaceAll("'", "'\\''")}' || exit 127
case "$1" in *.history) [ -f "$1" ] || exit 1; target=$OLDPWD/$2; exec cp "$1" "$target";; esac
grep -qx "$1" expected || exit 1
echo "$1" > asked
while [ ! -f "$1" ]; do
  if [ -f failed ]; then echo "agente-dr: $(cat failed)" >&2; exit 127; fi
  # Who hands the segments over is dead: a server that waits for ever would keep the directory.
  [ -d /proc/${process.pid} ] || exit 127
  sleep 0.01
done
exec cp "$1" "$OLDPWD/$2"
`;
  }

  private at(name: string): string {
    return path.join(this.folder, name);
  }
}
