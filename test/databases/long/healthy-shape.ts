import type { DatasetSettings } from '../../../scripts/settings/datasets';
import type { EngineWork } from '../engine-work';

export interface RunningShape {
  readonly settings: DatasetSettings;
  end(): Promise<void>;
}

/** A source that is as it should be, whatever it looks like. */
export interface HealthyShape {
  readonly title: string;
  /** Its name in the settings; under `postgres` the application's tables are asked for. */
  readonly dataset: string;
  /** Taken in this order. */
  readonly kinds: readonly string[];
  start(room: EngineWork): Promise<RunningShape>;
}
