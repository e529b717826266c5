import { everything } from './everything.ts';
import { fastmcp } from './fastmcp.ts';
import { referenceLegacy } from './reference-legacy.ts';
import type { RunServer } from './server.ts';

/** Every server, in the order of the table. */
export const servers: RunServer[] = [referenceLegacy, fastmcp, everything];
