// The target: simulates a heated tank under a PID controller and reports how badly it was controlled.
// Every step of the simulation is plain arithmetic, so the same gains always give the same loss.

import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env.HYPERDOCK_DIR ?? '/hyperdock'

const TANK = { ambient: 20, gain: 120, timeConstant: 150, delay: 12 } // °C, °C at full power, s, s
const RUN = { setpoint: 60, seconds: 900, step: 0.5, doorOpensAt: 500, draught: -6 } // °C, s, s, s, °C
const STAGES = 5 // as many intermediate reports

function readGains() {
  const gains = JSON.parse(readFileSync(join(folder, 'params.json'), 'utf8'))
  for (const name of ['kp', 'ki', 'kd']) {
    if (!Number.isFinite(gains[name])) throw new Error(`params.json: "${name}" is not a number`)
  }
  return gains
}

const between = (low, value, high) => Math.min(high, Math.max(low, value))

/** Heater power between 0 and 1; the integral part keeps within that, so it cannot wind up. */
function makeController({ kp, ki, kd }) {
  let integral = 0
  let before = null
  return (measured, step) => {
    const error = RUN.setpoint - measured
    const slope = before === null ? 0 : (before - measured) / step // of the measurement: no kick
    before = measured
    integral = between(0, integral + ki * error * step, 1)
    return between(0, kp * error + integral + kd * slope, 1)
  }
}

/** A first-order tank whose heater acts with a delay; calls `observe` after every step. */
function simulate(control, observe) {
  let temperature = TANK.ambient
  const pipe = new Array(Math.round(TANK.delay / RUN.step)).fill(0)
  for (let time = 0; time < RUN.seconds; time += RUN.step) {
    const power = control(temperature, RUN.step)
    pipe.push(power)
    const disturbance = time >= RUN.doorOpensAt ? RUN.draught : 0
    const target = TANK.ambient + disturbance + TANK.gain * pipe.shift()
    temperature += ((target - temperature) / TANK.timeConstant) * RUN.step
    observe(time + RUN.step, temperature, power)
  }
}

/** Mean absolute error in °C, plus what overshoot and a restless heater cost. */
function makeScore() {
  let error = 0, overshoot = 0, restlessness = 0, seconds = 0, powerBefore = null
  return {
    add(temperature, power) {
      error += Math.abs(RUN.setpoint - temperature) * RUN.step
      overshoot = Math.max(overshoot, temperature - RUN.setpoint)
      if (powerBefore !== null) restlessness += Math.abs(power - powerBefore)
      powerBefore = power
      seconds += RUN.step
    },
    parts: () => ({ mean_error: error / seconds, overshoot, restlessness }),
    loss: () => error / seconds + 0.5 * overshoot + 0.2 * restlessness,
  }
}

const write = (name, value) => writeFileSync(join(folder, name), JSON.stringify(value))

function main() {
  const score = makeScore()
  const curve = { time: [], temperature: [], power: [] }
  let stage = 1
  simulate(makeController(readGains()), (time, temperature, power) => {
    score.add(temperature, power)
    if (time % 10 === 0) {
      curve.time.push(time)
      curve.temperature.push(Number(temperature.toFixed(3)))
      curve.power.push(Number((100 * power).toFixed(1)))
    }
    if (time >= (stage * RUN.seconds) / STAGES) {
      appendFileSync(join(folder, 'metrics.jsonl'), `${JSON.stringify({ step: stage, loss: score.loss() })}\n`)
      stage += 1
    }
  })

  write('graphs.json', [
    {
      name: 'Response',
      x_axis: 'time in s',
      y_axis: 'temperature in °C, power in %',
      series: [
        { label: 'temperature', x: curve.time, y: curve.temperature },
        { label: 'power', x: curve.time, y: curve.power },
      ],
    },
  ])
  mkdirSync(join(folder, 'out'), { recursive: true })
  write(join('out', 'curve.json'), curve)
  write('loss.json', { loss: score.loss(), state: 'ok', ...score.parts() })
  console.log(`loss ${score.loss().toFixed(4)}`, score.parts())
}

main()
