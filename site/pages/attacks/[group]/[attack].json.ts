import type { APIRoute, GetStaticPaths } from 'astro';
import { attacks, planes } from '../../../data/evidence.ts';
import { resultOf } from '../../../../evidence/read.ts';

export const getStaticPaths = (() =>
  attacks.map((attack) => ({
    params: { group: attack.group, attack: attack.id },
    props: { attack },
  }))) satisfies GetStaticPaths;

/** Everything that is recorded of one attack, for a program to read. */
export const GET: APIRoute = ({ props }) => {
  const { attack } = props as { attack: (typeof attacks)[number] };
  const results = planes.map((plane) => ({
    plane: plane.plane,
    release: plane.release,
    ...resultOf(plane, attack.id),
  }));
  return new Response(`${JSON.stringify({ ...attack, results }, null, 2)}\n`);
};
