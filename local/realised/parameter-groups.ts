import { RegionRefusal } from '../api';
import type { RegionContext } from '../supervisor/part';

type Parameters = Readonly<Record<string, string>>;

/** The region's parameter groups by name. */
export class ParameterGroups {
  private readonly groups: Record<string, Parameters>;

  constructor(private readonly context: RegionContext) {
    this.groups = context.load('parameter-groups', {});
  }

  /** Empty for an instance without a group. */
  parametersOf(group: string | null): Parameters {
    return group === null ? {} : (this.groups[group] ?? {});
  }

  put(name: string, parameters: Parameters): void {
    this.groups[name] = parameters;
    this.context.save('parameter-groups', this.groups);
  }

  /** @throws RegionRefusal InvalidDBParameterGroupState while an instance uses it. */
  remove(name: string, isUsed: boolean): void {
    if (isUsed) {
      throw new RegionRefusal(
        'InvalidDBParameterGroupState',
        `One or more database instances are still members of this parameter group ${name}`,
      );
    }
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a record keyed by name
    delete this.groups[name];
    this.context.save('parameter-groups', this.groups);
  }
}
