import * as aws from '@pulumi/aws';
import { at, home, type Place } from '../place';

/** Nothing is restored from access logs, so nothing is asked of them. */
export = function program(site: Place = at(home)): void {
  const logs = new aws.s3.Bucket('logs-bucket', {}, { ...site, protect: true });
  const rules = [{ id: 'expire', status: 'Enabled', expiration: { days: 30 } }];
  new aws.s3.BucketLifecycleConfiguration('logs-lifecycle', { bucket: logs.id, rules }, site);
};
