// Loaded by `--import` into a process whose clock is to be wrong by CLOCK_SHIFT_MS milliseconds, its workers included.
const shift = Number(process.env['CLOCK_SHIFT_MS'])
const real = Date
const now = () => real.now() + shift

globalThis.Date = new Proxy(real, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
})
