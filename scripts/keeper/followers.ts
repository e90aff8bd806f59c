import { setTimeout as pause } from 'node:timers/promises';
import type { Beat, Beats } from '../../recovery/control';
import type { Site } from '../../recovery/sites';
import type { DatabaseSettings } from '../store-settings';
import { Follower } from './follower';
import type { ChangeLog } from './log';

/** How long a beat or a report waits for them, so that it says what is so now and not what was so a beat ago. */
const patienceMs = 500;

/** The databases beside the first one. None of them holds up the first for longer than that: each is asked beside it. */
export class Followers {
  private readonly members: ReadonlyMap<string, Follower>;
  /** Without an entry for one that has never answered: that is no statement about its beats. */
  private readonly known = new Map<string, Beat | null>();
  private readonly busy = new Set<string>();

  constructor(
    settings: Readonly<Record<string, DatabaseSettings>>,
    private readonly changes: ChangeLog,
  ) {
    this.members = new Map(Object.entries(settings).map(([dataset, one]) => [dataset, new Follower(one)]));
  }

  /** What each has committed or replayed, as far as it is known now. */
  get beats(): Beats {
    return Object.fromEntries(this.known);
  }

  /** Gives them a beat; `beats` shows it once it is committed, of most of them when this returns. */
  note(site: Site, beat: Beat): Promise<void> {
    return this.each(async (follower) => {
      await follower.note(site, beat);
      return beat;
    });
  }

  /** Looks how far they are; `beats` shows it once they have answered, most of them when this returns. */
  look(): Promise<void> {
    return this.each((follower) => follower.newestBeat());
  }

  async close(): Promise<void> {
    await Promise.all([...this.members.values()].map((follower) => follower.close()));
  }

  private async each(ask: (follower: Follower) => Promise<Beat | null>): Promise<void> {
    const idle = [...this.members].filter(([dataset]) => !this.busy.has(dataset));
    const answers = Promise.all(idle.map(([dataset, follower]) => this.learn(dataset, ask(follower))));
    const late = new AbortController();
    await Promise.race([answers, pause(patienceMs, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
  }

  private async learn(dataset: string, answer: Promise<Beat | null>): Promise<void> {
    this.busy.add(dataset);
    try {
      this.known.set(dataset, await answer);
      this.changes.note(`database ${dataset}`, null);
    } catch (error) {
      this.changes.note(`database ${dataset}`, error);
    } finally {
      this.busy.delete(dataset);
    }
  }
}
