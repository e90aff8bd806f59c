import { guestMessagesRecord, type RoleRecord } from '../../../recovery/control';
import { controlKeys } from '../../../recovery/sites';
import { agreedRole, Witnesses } from '../../../scripts/control/witnesses';
import type { Settings } from './settings';

export type GateState = 'open' | 'held';

/**
 * Whether guests may be written to. A message about a booking that was lost on the way here does harm, so
 * a site that has taken over is held until somebody has reconciled it, in this epoch; and whoever does not
 * know is held too.
 */
export class Gate {
  private readonly witnesses: Witnesses;

  constructor(private readonly settings: Settings) {
    this.witnesses = new Witnesses(settings.witnesses);
  }

  async state(): Promise<GateState> {
    const role = agreedRole(await this.witnesses.roles());
    if (role?.activeSite !== this.settings.site) return 'held';
    return isFirst(role) || (await this.isReconciled(role.epoch)) ? 'open' : 'held';
  }

  close(): void {
    this.witnesses.close();
  }

  private async isReconciled(epoch: number): Promise<boolean> {
    const reading = await this.witnesses.buckets[0]?.read(controlKeys.guestMessages, guestMessagesRecord);
    return reading?.state === 'value' && reading.value.epoch === epoch;
  }
}

/** There was no site before it that could have lost anything. */
const isFirst = ({ epoch, incident }: RoleRecord): boolean => epoch === 1 && incident === null;
