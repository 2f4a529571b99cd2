/**
 * The error function 2/√π ∫₀ˣ exp(-t²) dt within one unit in the last place, as Python's `math.erf` gives it: the
 * rational approximations of FreeBSD's msun (Sun Microsystems 1993), summed in the order that glibc sums them.
 */
export function erf(x: number): number {
  const size = x < 0 ? -x : x
  if (size < 0.84375) return x + x * nearZero(x * x)
  if (size < 1.25) return x < 0 ? -ERF_ONE - nearOne(size - 1) : ERF_ONE + nearOne(size - 1)
  if (size < 6) return x < 0 ? tail(size) / size - 1 : 1 - tail(size) / size
  return Number.isNaN(x) ? x : Math.sign(x)
}

/** erf(1) to the precision of a float32, so that the correction keeps all its bits. */
const ERF_ONE = 8.4506291151046752929688e-1

/** Its upper word alone is read back: a number of 20 significant bits, whose square is exact. */
const whole = new Float64Array(1)
const words = new Uint32Array(whole.buffer)

function nearZero(z: number): number {
  if (z < 1.3877787807814457e-17) return 1.2837916709551258632e-1
  const z2 = z * z
  const z4 = z2 * z2
  const p1 = 1.28379167095512558561e-1 + z * -3.2504210724700149937e-1
  const p2 = -2.84817495755985104766e-2 + z * -5.77027029648944159157e-3
  const q1 = 1 + z * 3.97917223959155352819e-1
  const q2 = 6.50222499887672944485e-2 + z * 5.08130628187576562776e-3
  const q3 = 1.32494738004321644526e-4 + z * -3.9602282787753681232e-6
  return (p1 + z2 * p2 + z4 * -2.37630166566501626084e-5) / (q1 + z2 * q2 + z4 * q3)
}

function nearOne(s: number): number {
  const s2 = s * s
  const s4 = s2 * s2
  const s6 = s4 * s2
  const p1 = -2.36211856075265944077e-3 + s * 4.14856118683748331666e-1
  const p2 = -3.72207876035701323847e-1 + s * 3.18346619901161753674e-1
  const p3 = -1.10894694282396677476e-1 + s * 3.54783043256182359371e-2
  const q1 = 1 + s * 1.06420880400844228286e-1
  const q2 = 5.40397917702171048937e-1 + s * 7.18286544141962662868e-2
  const q3 = 1.26171219808761642112e-1 + s * 1.36370839120290507362e-2
  return (
    (p1 + s2 * p2 + s4 * p3 + s6 * -2.166375594868790843e-3) /
    (q1 + s2 * q2 + s4 * q3 + s6 * 1.1984499846799107417e-2)
  )
}

/** size · (1 - erf(size)) for 1.25 <= size < 6. */
function tail(size: number): number {
  const s = 1 / (size * size)
  const ratio = size < 1 / 0.35 ? middleRatio(s) : farRatio(s)
  whole[0] = size
  words[0] = 0
  const z = whole[0]
  return Math.exp(-z * z - 0.5625) * Math.exp((z - size) * (z + size) + ratio)
}

function middleRatio(s: number): number {
  const s2 = s * s
  const s4 = s2 * s2
  const s6 = s4 * s2
  const r1 = -9.86494403484714822705e-3 + s * -6.93858572707181764372e-1
  const r2 = -1.05586262253232909814e1 + s * -6.23753324503260060396e1
  const r3 = -1.62396669462573470355e2 + s * -1.84605092906711035994e2
  const r4 = -8.12874355063065934246e1 + s * -9.81432934416914548592
  const q1 = 1 + s * 1.96512716674392571292e1
  const q2 = 1.376577541435190426e2 + s * 4.34565877475229228821e2
  const q3 = 6.45387271733267880336e2 + s * 4.29008140027567833386e2
  const q4 = 1.08635005541779435134e2 + s * 6.57024977031928170135
  const q = q1 + s2 * q2 + s4 * q3 + s6 * q4 + s4 * s4 * -6.04244152148580987438e-2
  return (r1 + s2 * r2 + s4 * r3 + s6 * r4) / q
}

function farRatio(s: number): number {
  const s2 = s * s
  const s4 = s2 * s2
  const s6 = s4 * s2
  const r1 = -9.86494292470009928597e-3 + s * -7.99283237680523006574e-1
  const r2 = -1.77579549177547519889e1 + s * -1.60636384855821916062e2
  const r3 = -6.37566443368389627722e2 + s * -1.02509513161107724954e3
  const q1 = 1 + s * 3.03380607434824582924e1
  const q2 = 3.25792512996573918826e2 + s * 1.53672958608443695994e3
  const q3 = 3.19985821950859553908e3 + s * 2.55305040643316442583e3
  const q4 = 4.74528541206955367215e2 + s * -2.24409524465858183362e1
  return (r1 + s2 * r2 + s4 * r3 + s6 * -4.83519191608651397019e2) / (q1 + s2 * q2 + s4 * q3 + s6 * q4)
}
