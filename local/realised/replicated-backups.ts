import { RegionRefusal, type RegionCalls, type RegionStatus } from '../api';
import type { RegionContext } from '../supervisor/part';
import { BackupCopy, type CopyRecord } from './backup-copy';

/** RDS's replicated automated backups: what this region keeps of databases of other regions. */
export class ReplicatedBackups {
  private readonly records: Record<string, CopyRecord>;
  private readonly copies = new Map<string, BackupCopy>();

  constructor(private readonly context: RegionContext) {
    this.records = context.load('replicated-backups', {});
  }

  async start(): Promise<void> {
    await Promise.all(Object.values(this.records).map((record) => this.launch(record)));
  }

  async replicate({ arn, source, retentionDays }: RegionCalls['replicateBackups']['params']) {
    if (this.records[arn] !== undefined) return {};
    const { region, identifier } = source;
    const backups = await this.context.call(region, 'admitBackupCopy', { identifier });
    const record = { arn, region, identifier, retentionDays, backups };
    this.records[arn] = record;
    this.context.save('replicated-backups', this.records);
    await this.launch(record);
    return {};
  }

  cease(arn: string): void {
    this.copies.get(arn)?.end();
    this.copies.delete(arn);
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a record keyed by ARN
    delete this.records[arn];
    this.context.save('replicated-backups', this.records);
  }

  find(arn: string): BackupCopy | null {
    return this.copies.get(arn) ?? null;
  }

  /** @throws RegionRefusal DBInstanceAutomatedBackupNotFound */
  get(arn: string): BackupCopy {
    const copy = this.find(arn);
    if (copy !== null) return copy;
    throw new RegionRefusal('DBInstanceAutomatedBackupNotFound', `DB instance automated backup ${arn} not found.`);
  }

  status(): RegionStatus['parts'] {
    return [...this.copies.values()].map((copy) => copy.status());
  }

  stop(): void {
    for (const copy of this.copies.values()) copy.end();
  }

  private async launch(record: CopyRecord): Promise<void> {
    const copy = new BackupCopy(this.context, record);
    await copy.recall();
    this.copies.set(record.arn, copy);
    void copy.run();
  }
}
