import * as aws from '@pulumi/aws';
import { arn } from './arn';
import { Component, type ComponentOptions } from './component';

/** A horizontal line in a panel. */
interface PanelLine {
  /** What the line says. @recovery none: only text */
  readonly label: string;
  /** In the unit of the figure. @recovery a wrong one shows an objective that nobody promised */
  readonly value: number;
}

/** A figure of CloudWatch. Known before anything is made: a page with a hole cannot be reviewed. */
interface PanelFigure {
  /** Namespace of the figure. @recovery with a wrong one the panel stays empty, like a job that never ran */
  readonly namespace: string;
  /** Name of the figure. @recovery decides which danger is seen */
  readonly metricName: string;
  /** What tells it from others of its name. @recovery with a wrong one another store is shown */
  readonly dimensions: Readonly<Record<string, string>>;
  /** What is taken of a period's values. @recovery the wrong end hides the peak */
  readonly statistic: string;
  /** Length of a period in seconds. @recovery a long one shows a danger late */
  readonly period: number;
}

interface Panel {
  /** Heading. @recovery none: only text */
  readonly title: string;
  /** Name of the alarm on the same figure. @recovery the panel says whether it is raised */
  readonly alarm: string;
  /**
   * What is drawn; null draws what the alarm looks at, for a figure that has a name only once it stands.
   * @recovery what is not drawn is not seen before it alarms
   */
  readonly figure: PanelFigure | null;
  /** Threshold and objective. @recovery without them nobody sees how much time is left */
  readonly lines: readonly PanelLine[];
}

export interface RecoveryDashboardArgs {
  /** Unique in the account: a dashboard is of no region. @recovery none: only a name */
  readonly dashboardName: string;
  /** Region whose figures are shown. @recovery with the other one's the page is empty when that is gone */
  readonly region: string;
  /** Account of the alarms. @recovery with a wrong one no alarm is shown */
  readonly accountId: string;
  /** Alarms whose state stands at the top, by name. @recovery what is left out is not seen at a glance */
  readonly alarms: readonly string[];
  /** One for each figure that an objective hangs on. @recovery a job without one is watched by its alarm alone */
  readonly panels: readonly Panel[];
}

/** CloudWatch's grid has 24 columns. */
const columns = 24;
const [width, height] = [8, 6];
const perRow = columns / width;
const headHeight = 3;

/**
 * The page for whoever was woken: how old the newest backup is, and how much of the objective is left. It is
 * the same in every role: a failover must not have to draw it.
 */
export class RecoveryDashboard extends Component {
  constructor(name: string, args: RecoveryDashboardArgs, options: ComponentOptions) {
    super('RecoveryDashboard', name, options);
    new aws.cloudwatch.Dashboard(
      this.childName('page'),
      { dashboardName: args.dashboardName, dashboardBody: JSON.stringify({ widgets: widgetsOf(args) }) },
      this.child(),
    );
    this.registerOutputs({});
  }
}

function widgetsOf(args: RecoveryDashboardArgs): object[] {
  const alarmArn = (alarm: string): string => arn.alarm(args.region, args.accountId, alarm);
  const head = {
    ...{ type: 'alarm', x: 0, y: 0, width: columns, height: headHeight },
    properties: { title: 'alarms', alarms: args.alarms.map(alarmArn) },
  };
  const panels = args.panels.map((panel, index) => ({
    ...{ type: 'metric', x: (index % perRow) * width, y: headHeight + Math.floor(index / perRow) * height },
    ...{ width, height },
    properties: { title: panel.title, view: 'timeSeries', region: args.region, ...drawn(panel, alarmArn) },
  }));
  return [head, ...panels];
}

/** A panel with an alarm draws the figure of that, with its threshold. */
function drawn({ figure, alarm, lines }: Panel, alarmArn: (alarm: string) => string): object {
  if (figure === null) return { annotations: { alarms: [alarmArn(alarm)] } };
  const { namespace, metricName, dimensions, statistic, period } = figure;
  return {
    metrics: [[namespace, metricName, ...Object.entries(dimensions).flat(), { stat: statistic }]],
    period,
    annotations: { horizontal: lines },
  };
}
