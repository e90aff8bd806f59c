import { RegionRefusal, type TaskDefinition } from '../api';
import type { RegionContext } from '../supervisor/part';

interface Revision {
  readonly arn: string;
  readonly definition: TaskDefinition;
  readonly active: boolean;
}

/** Every revision that was ever registered: a service may still run one that has been deregistered. */
export class TaskDefinitions {
  private readonly revisions: Revision[];

  constructor(private readonly context: RegionContext) {
    this.revisions = context.load<Revision[]>('task-definitions', []);
  }

  register(definition: TaskDefinition): { arn: string; revision: number } {
    const { region, machine } = this.context;
    const revision = this.revisions.filter((known) => known.definition.family === definition.family).length + 1;
    const name = `${definition.family}:${String(revision)}`;
    const arn = `arn:aws:ecs:${region}:${machine.file.accountId}:task-definition/${name}`;
    this.revisions.push({ arn, definition, active: true });
    this.context.save('task-definitions', this.revisions);
    return { arn, revision };
  }

  deregister(arn: string): void {
    const index = this.revisions.findIndex((known) => known.arn === arn);
    const found = this.revisions[index];
    if (found === undefined) return;
    this.revisions[index] = { ...found, active: false };
    this.context.save('task-definitions', this.revisions);
  }

  /** @throws RegionRefusal ClientException when there is none. */
  get(arn: string): TaskDefinition {
    const found = this.revisions.find((known) => known.arn === arn || known.arn.endsWith(`task-definition/${arn}`));
    if (found === undefined) throw new RegionRefusal('ClientException', `Unable to describe task definition ${arn}`);
    return found.definition;
  }
}
