import * as os from 'node:os';
import type { Monitoring } from '../../settings/datasets';
import type { Engine } from '../engine';
import { AlertmanagerStore } from './alertmanager-store';
import { GrafanaStore } from './grafana-store';
import { MonitoringEngine } from './monitoring-engine';
import { PrometheusStore } from './prometheus-store';
import type { MonitoringStore } from './store';

/** What watches the others: Prometheus' samples, Grafana's dashboards, what Alertmanager was told to keep silent. */
export function monitoringEngine(settings: Monitoring): Engine {
  const { data, server = os.hostname() } = settings;
  const configuration = settings.kind === 'prometheus' ? [] : (settings.configuration ?? []);
  return new MonitoringEngine(storeOf(settings), { data, server, configuration });
}

function storeOf(settings: Monitoring): MonitoringStore {
  switch (settings.kind) {
    case 'prometheus':
      return new PrometheusStore(settings);
    case 'grafana':
      return new GrafanaStore(settings);
    case 'alertmanager':
      return new AlertmanagerStore(settings);
  }
}
