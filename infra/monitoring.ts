import { Service, type ServiceArgs } from '../components/service';
import type { SiteConfig } from './config';
import type { Foundation } from './foundation';
import type { Stores } from './stores';
import type { CommonArgs } from './task-args';

type Watcher = 'prometheus' | 'grafana' | 'alertmanager';
type WatcherArgs = Pick<ServiceArgs, 'command' | 'size' | 'port'> &
  Partial<Pick<ServiceArgs, 'environment' | 'scratch'>> & { readonly keeps: string };

/** What watches the site, in every role: a standby that nobody watches is found broken on the bad night. */
const watchers: Readonly<Record<Watcher, WatcherArgs>> = {
  prometheus: {
    command: [
      '--config.file=/etc/prometheus/prometheus.yml',
      '--storage.tsdb.path=/prometheus',
      // Snapshots are asked for by the job that backs them up. Prometheus itself advises against a
      // network file system; here an hour of figures may be lost, and a day by the promise.
      '--web.enable-admin-api',
    ],
    size: { cpu: 512, memory: 2048 },
    port: 9_090,
    keeps: '/prometheus',
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
    keeps: '/var/lib/grafana',
  },
  alertmanager: {
    command: [
      '--config.file=/etc/alertmanager/alertmanager.yml',
      '--storage.path=/alertmanager',
      // One on each site; they do not form a cluster across regions.
      '--cluster.listen-address=',
    ],
    size: { cpu: 256, memory: 512 },
    port: 9_093,
    keeps: '/alertmanager',
  },
};

export function putUpMonitoring(
  config: SiteConfig,
  { provider }: Foundation,
  { startAfter: _stores, secrets: _passwords, ...common }: CommonArgs,
  { files }: Stores,
): readonly Service[] {
  return (Object.keys(watchers) as Watcher[]).map((name) => {
    const { keeps, environment = {}, ...args } = watchers[name];
    return new Service(
      name,
      {
        ...common,
        ...args,
        environment,
        secrets: {},
        image: config.images[name],
        files: [files.mounted(name, keeps)],
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
