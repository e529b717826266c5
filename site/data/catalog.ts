import { readCatalog } from '../../whitepaper/text/catalog.ts';
import { root } from './project.ts';

export const { groups, threats, criteria } = readCatalog(root);
