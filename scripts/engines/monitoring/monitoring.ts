import type { Monitoring } from '../../settings/datasets';
import type { Engine } from '../engine';
import { AlertmanagerStore } from './alertmanager-store';
import { GrafanaStore } from './grafana-store';
import { MonitoringEngine } from './monitoring-engine';
import { PrometheusStore } from './prometheus-store';

/** What watches the others: Prometheus' samples, Grafana's dashboards, what Alertmanager was told to keep silent. */
export function monitoringEngine(settings: Monitoring): Engine {
  switch (settings.kind) {
    case 'prometheus':
      return new MonitoringEngine(new PrometheusStore(settings), settings.data, []);
    case 'grafana':
      return new MonitoringEngine(new GrafanaStore(settings), settings.data, settings.configuration ?? []);
    case 'alertmanager':
      return new MonitoringEngine(new AlertmanagerStore(settings), settings.data, settings.configuration ?? []);
  }
}
