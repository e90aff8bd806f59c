import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Duration } from '../../../recovery/duration';
import { RegionRefusal, type FileSystemPlace } from '../../api';
import type { RegionContext } from '../../supervisor/part';
import type { CourierPart } from '../courier';

/** What the courier carries for a file system, as its label says. */
export type FileLabel =
  | { readonly source: string; readonly path: string; readonly modified: string }
  | { readonly source: string; readonly syncedAt: string };

interface Progress {
  /** Path -> what the file was like when it was copied. */
  readonly sent: Readonly<Record<string, string>>;
  readonly syncedAt: string | null;
}

/**
 * Copies a file system to another region, pass by pass: what has changed since it was last copied, each
 * file whole. As with EFS the copy is not that of one instant.
 */
export class FileReplication {
  failure: string | null = null;
  private readonly sent: Map<string, string>;
  private synced: string | null;
  private readonly stopping = new AbortController();
  private readonly ended: Promise<void>;

  constructor(
    private readonly context: RegionContext,
    private readonly courier: CourierPart,
    private readonly source: { readonly id: string; readonly folder: string },
    readonly destination: FileSystemPlace,
    private readonly every: Duration,
    /** Called when the destination says that it is no copy any more. */
    private readonly onRelease: () => void,
  ) {
    const progress = context.load<Progress>(this.file, { sent: {}, syncedAt: null });
    this.sent = new Map(Object.entries(progress.sent));
    this.synced = progress.syncedAt;
    this.ended = this.run();
  }

  get syncedAt(): string | null {
    return this.synced;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.ended;
  }

  /** Forgets what was copied: a new replication begins from nothing. */
  async end(): Promise<void> {
    await this.stop();
    this.forgetAll();
  }

  private forgetAll(): void {
    fs.rmSync(path.join(this.context.dir, `${this.file}.json`), { force: true });
  }

  private get file(): string {
    return `efs-${this.source.id}-copied`;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.pass(signal);
        this.failure = null;
      } catch (error) {
        this.failure = error instanceof Error ? error.message : String(error);
        if (error instanceof RegionRefusal && error.code === 'ReplicationNotFound') {
          this.forgetAll();
          this.onRelease();
          return;
        }
      }
      this.save();
      await pause(this.every.ms, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async pass(signal: AbortSignal): Promise<void> {
    const begin = new Date().toISOString();
    const found = filesOf(this.source.folder);
    for (const [name, mark] of found) {
      if (signal.aborted) return;
      if (this.sent.get(name) !== mark) await this.copy(name);
    }
    for (const name of [...this.sent.keys()]) if (!found.has(name)) await this.forget(name);
    await this.tell({ source: this.source.id, syncedAt: begin }, null);
    this.synced = begin;
  }

  private async copy(name: string): Promise<void> {
    const place = path.join(this.source.folder, name);
    const draft = path.join(this.context.folder('efs', '.outgoing'), this.source.id);
    try {
      const { size, mtime } = fs.statSync(place);
      // Of the copy on this disk nothing changes while it travels. What is written meanwhile has another time.
      fs.copyFileSync(place, draft);
      await this.tell({ source: this.source.id, path: name, modified: mtime.toISOString() }, draft);
      this.sent.set(name, markOf(size, mtime));
    } catch (error) {
      // It may have gone since the folder was read; the next pass sees that.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    } finally {
      fs.rmSync(draft, { force: true });
    }
  }

  private async forget(name: string): Promise<void> {
    await this.tell({ source: this.source.id, path: name, modified: '' }, null);
    this.sent.delete(name);
  }

  private tell(label: FileLabel, file: string | null): Promise<void> {
    const { region, id } = this.destination;
    return this.courier.send(region, { kind: 'file', name: id, label: JSON.stringify(label), file });
  }

  private save(): void {
    const progress: Progress = { sent: Object.fromEntries(this.sent), syncedAt: this.synced };
    this.context.save(this.file, progress);
  }
}

const markOf = (size: number, modified: Date): string => `${String(size)} ${modified.toISOString()}`;

/** Files under a folder with size and time; what is neither file nor folder is not copied. */
function filesOf(folder: string): Map<string, string> {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(
    files.flatMap((file) => {
      const found = fs.statSync(file, { throwIfNoEntry: false });
      return found === undefined ? [] : [[path.relative(folder, file), markOf(found.size, found.mtime)] as const];
    }),
  );
}
