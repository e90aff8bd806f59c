import { createRequire } from 'node:module';
import type { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import type { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import type { Properties } from './values';

// The SDK's messages were generated for its own copy of google-protobuf; another one does not go into them.
const ofTheSdk = createRequire(require.resolve('@pulumi/pulumi/proto/provider_grpc_pb'));
const structs = ofTheSdk('google-protobuf/google/protobuf/struct_pb.js') as { Struct: typeof Struct };
const empties = ofTheSdk('google-protobuf/google/protobuf/empty_pb.js') as { Empty: typeof Empty };

export function fromStruct(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}

export function toStruct(properties: Properties): Struct {
  return structs.Struct.fromJavaScript(properties);
}

export function empty(): Empty {
  return new empties.Empty();
}
