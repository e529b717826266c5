import { groups } from './data/catalog.ts';
import { attacksOf } from './data/evidence.ts';
import { patterns } from './data/pattern.ts';

/** The sidebar of every page: patterns and attack groups follow from the files that exist. */
export const sidebar = () => [
  { label: 'The matrix', link: '/' },
  { label: 'Whitepaper', link: '/paper/' },
  {
    label: 'Patterns',
    items: [
      { label: 'All patterns', link: '/patterns/' },
      ...patterns().map(({ id, title }) => ({ label: title, link: `/patterns/${id}/` })),
    ],
  },
  {
    label: 'Attacks',
    items: [
      { label: 'All attacks', link: '/attacks/' },
      ...groups
        .filter(({ id }) => attacksOf(id).length > 0)
        .map(({ id, title }) => ({ label: title, link: `/attacks/${id}/` })),
    ],
  },
  {
    label: 'Look up',
    items: [
      { label: 'Evidence', link: '/evidence/' },
      { label: 'Threats and criteria', link: '/reference/' },
      { label: 'Failure modes', link: '/failures/' },
      { label: 'Check a server', link: '/check/' },
      { label: 'Checks of manifests', link: '/manifest-checks/' },
      { label: 'Servers you already run', link: '/servers/' },
      { label: 'Keycloak', link: '/keycloak/' },
    ],
  },
];
