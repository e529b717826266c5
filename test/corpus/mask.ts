/** Take out of a recorded text what differs from run to run, and every signature. */
export type Mask = (text: string) => string;

const jwt = /eyJ[\w-]+\.[\w-]*\.[\w-]*/g;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const loopback = /127\.0\.0\.1:\d+/g;

/** Make a mask: origins appear under the name of who listens there, other ports as `:port`. */
export function createMask(names: Record<string, string> = {}): Mask {
  return (text) => {
    let masked = text.replace(jwt, 'eyJ…').replace(uuid, 'id').replace(time, 'time');
    for (const [origin, name] of Object.entries(names)) masked = masked.replaceAll(origin, name);
    return masked.replace(loopback, '127.0.0.1:port');
  };
}
