internal import ArgumentParser
internal import Pipeline

/// How often the gate promotes what it must not: for Scripts/simulate-gate.
struct SimulateGate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate-gate", abstract: "How often the gate promotes what it must not (for Scripts/simulate-gate).",
    shouldDisplay: false)

  @Option(help: "Rows that each challenger is judged on.") var rows: [Int] = [200, 1000]
  @Option(help: "Challengers of each kind.") var trials = 2000
  @Option(help: "Of the paired bootstrap.") var resamples = 500
  @Option(help: "Of each rule.") var confidence = 0.95
  @Option var seed: UInt64 = 1
  @Option var threads = 2

  func run() throws {
    let nominal = 1 - confidence
    Terminal.write(
      "The challenger must not be promoted; \(trials) of each kind, confidence \(confidence): at most \(share(nominal)) may be."
    )
    var table = TextTable(["CHALLENGER", "ROWS", "PROMOTED", "STANDARD ERROR"], rightAligned: [1, 2, 3])
    for simulated in GateSimulation.Case.allCases {
      for count in rows {
        let outcome = try GateSimulation(
          rowCount: count, trialCount: trials, resampleCount: resamples, confidence: confidence, seed: seed,
          threads: threads
        ).outcome(of: simulated)
        table.add([
          simulated.rawValue, "\(count)", share(outcome.rate), share(outcome.standardError(at: nominal)),
        ])
      }
    }
    Terminal.write(table.text)
  }

  private func share(_ value: Double) -> String { "\((value * 10_000).rounded() / 10_000)" }
}
