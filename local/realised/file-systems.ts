import { duration } from '../../recovery/duration';
import { RegionRefusal } from '../api';
import type { Part, RegionContext } from '../supervisor/part';
import type { CourierPart } from './courier';
import { FileStore } from './files/file-store';
import { Replicas } from './files/replicas';
import type { FileLabel } from './files/replication';
import type { FileSource } from './mounts';

type Calls =
  | 'putFileSystem'
  | 'deleteFileSystem'
  | 'putAccessPoint'
  | 'deleteAccessPoint'
  | 'putMountTarget'
  | 'deleteMountTarget'
  | 'describeFileSystem'
  | 'putFileReplication'
  | 'deleteFileReplication'
  | 'adoptFileReplica';

export interface FileSystemsPart extends Part<Calls>, FileSource {}

/**
 * The region's EFS: a folder per file system, copied to another region where the program says so.
 * @param every pause between two passes of a replication.
 */
export function fileSystems(context: RegionContext, courier: CourierPart, every = duration('5s')): FileSystemsPart {
  const store = new FileStore(context);
  const replicas = new Replicas(context, store, courier, every);
  courier.receive('file', (id, label, bytes) => replicas.receive(id, JSON.parse(label) as FileLabel, bytes));
  return {
    calls: {
      ...storeCalls(store, replicas),
      describeFileSystem: ({ id }) => Promise.resolve(replicas.describe(id)),
      putFileReplication: (params) => replicas.put(params.source, params.region, params.destination),
      deleteFileReplication: ({ fileSystem }) => replicas.end(fileSystem),
      adoptFileReplica: async ({ source, destination }) => Promise.resolve(replicas.adopt(source, destination)),
    },
    folderOf: (volume) => store.folderOf(volume),
    start: () => {
      replicas.resume();
      return Promise.resolve();
    },
    status: () => replicas.status(),
    stop: () => replicas.stop(),
  };
}

function storeCalls(
  store: FileStore,
  replicas: Replicas,
): Pick<
  Part<Calls>['calls'],
  'putFileSystem' | 'deleteFileSystem' | 'putAccessPoint' | 'deleteAccessPoint' | 'putMountTarget' | 'deleteMountTarget'
> {
  const holder = (holds: (record: ReturnType<FileStore['get']>) => boolean) =>
    store.all.find(([, record]) => holds(record));
  return {
    putFileSystem: ({ token, overwriteProtection }) => {
      const id = store.put(token, overwriteProtection);
      return Promise.resolve({ id, arn: store.arnOf(`file-system/${id}`) });
    },
    deleteFileSystem: async ({ id }) => {
      if (replicas.isSource(id))
        throw new RegionRefusal('FileSystemInUse', `File system '${id}' is part of a replication.`);
      store.remove(id);
      return Promise.resolve({});
    },
    putAccessPoint: async ({ fileSystem, path: root, token }) => {
      const record = store.get(fileSystem);
      const id = store.idOf('fsap', fileSystem, token);
      store.change(fileSystem, { ...record, accessPoints: { ...record.accessPoints, [id]: root } });
      return Promise.resolve({ id, arn: store.arnOf(`access-point/${id}`) });
    },
    deleteAccessPoint: ({ id }) => {
      const [fileSystem, record] = holder(({ accessPoints }) => id in accessPoints) ?? [];
      if (fileSystem !== undefined && record !== undefined) {
        const accessPoints = { ...record.accessPoints };
        Reflect.deleteProperty(accessPoints, id);
        store.change(fileSystem, { ...record, accessPoints });
      }
      return Promise.resolve({});
    },
    putMountTarget: async ({ fileSystem, subnet }) => {
      const record = store.get(fileSystem);
      const id = store.idOf('fsmt', fileSystem, subnet);
      store.change(fileSystem, { ...record, mountTargets: [...new Set([...record.mountTargets, id])] });
      return Promise.resolve({ id });
    },
    deleteMountTarget: ({ id }) => {
      const [fileSystem, record] = holder(({ mountTargets }) => mountTargets.includes(id)) ?? [];
      if (fileSystem !== undefined && record !== undefined) {
        const mountTargets = record.mountTargets.filter((other) => other !== id);
        store.change(fileSystem, { ...record, mountTargets });
      }
      return Promise.resolve({});
    },
  };
}
