import { accessTable } from './tables/access';
import { backupTable } from './tables/backup';
import { dataTable } from './tables/data';
import { networkTable } from './tables/network';
import type { TypeRow, TypeTable } from './tables/row';
import { serviceTable } from './tables/service';
import { storageTable } from './tables/storage';
import { taskTable } from './tables/tasks';
import { watchTable } from './tables/watch';

/**
 * Every AWS type that regions on this machine know. Where the documentation of @pulumi/aws says what
 * replaces a resource it was taken from there, else from the argument reference of the Terraform
 * resource named in the row, of which @pulumi/aws is a bridge.
 */
export const typeTable: TypeTable = {
  ...networkTable,
  ...accessTable,
  ...storageTable,
  ...dataTable,
  ...backupTable,
  ...serviceTable,
  ...taskTable,
  ...watchTable,
};

/** @throws Error that names the type when regions on this machine do not know it. */
export function rowOf(type: string): TypeRow {
  const row = typeTable[type];
  if (row === undefined) throw new Error(`regions on this machine do not know the type ${type}`);
  return row;
}
