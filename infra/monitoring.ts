import { Service, type ServiceArgs } from '../components/service';
import type { SiteConfig } from './config';
import type { Foundation } from './foundation';
import { monitoringFolders } from './names';
import type { Stores } from './stores';
import type { CommonArgs } from './task-args';

type Watcher = keyof typeof monitoringFolders;
type WatcherArgs = Pick<ServiceArgs, 'command' | 'size' | 'port'> &
  Partial<Pick<ServiceArgs, 'environment' | 'scratch'>>;

/** What watches the site, in every role: a standby that nobody watches is found broken on the bad night. */
const watchers: Readonly<Record<Watcher, WatcherArgs>> = {
  prometheus: {
    command: [
      '--config.file=/etc/prometheus/prometheus.yml',
      // Prometheus itself advises against a network file system; here hours of figures may be lost, and a day
      // by the promise.
      `--storage.tsdb.path=${monitoringFolders.prometheus}`,
    ],
    size: { cpu: 512, memory: 2048 },
    port: 9_090,
  },
  grafana: {
    size: { cpu: 256, memory: 512 },
    port: 3_000,
    // Nobody is let in until somebody says who: the image's own first user has a known password.
    environment: {
      GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
    },
    scratch: ['/tmp', '/var/log/grafana'],
  },
  alertmanager: {
    command: [
      '--config.file=/etc/alertmanager/alertmanager.yml',
      `--storage.path=${monitoringFolders.alertmanager}`,
      // One on each site; they do not form a cluster across regions.
      '--cluster.listen-address=',
    ],
    size: { cpu: 256, memory: 512 },
    port: 9_093,
  },
};

export function putUpMonitoring(
  config: SiteConfig,
  { provider }: Foundation,
  { startAfter: _stores, secrets: _passwords, ...common }: CommonArgs,
  { files }: Stores,
): readonly Service[] {
  return (Object.keys(watchers) as Watcher[]).map((name) => {
    const { environment = {}, ...args } = watchers[name];
    return new Service(
      name,
      {
        ...common,
        ...args,
        environment,
        secrets: {},
        image: config.images[name],
        files: [files.mounted(name, monitoringFolders[name])],
        tasks: 1,
        // Two that write the same files would spoil them.
        rollout: { kind: 'single' },
        // What watches must not hold up what serves.
        waits: false,
        startAfter: files.ready,
      },
      { provider },
    );
  });
}
