internal import Records
internal import Store

extension Comparison {
  /// Runs, of one job or of several, at most ``subjectLimit``; deltas are against the first.
  ///
  /// - Parameter runs: at least one.
  package init(_ runs: [JobRun]) {
    let shown = Array(runs.prefix(Self.subjectLimit))
    leftOutCount = runs.count - shown.count
    reference = 0
    noun = "runs"
    let isOneJob = Set(shown.map(\.summary.job)).count == 1
    subjects = shown.map { run in
      let (id, prefix) = (run.summary.id, run.summary.job + "-")
      return Subject(
        name: isOneJob && id.hasPrefix(prefix) && id.count > prefix.count ? String(id.dropFirst(prefix.count)) : id,
        page: Paths.run(run.summary.id), time: run.summary.logicalTime,
        remark: run.summary.outcome == .done ? nil : run.summary.outcome.rawValue)
    }
    parameters =
      Self.parameters("Parameters", shown.map(\.params)) + Self.merged(Self.parameters("Inputs", shown.map(\.inputs)))
      + Self.parameters("Run", shown.map(Self.facts))
    metrics = Self.metrics(shown)
  }

  private static let namedInputs = 3

  /// Inputs that several steps read are told once: `checked.data, features.flights`.
  private static func merged(_ parameters: [Parameter]) -> [Parameter] {
    var merged: [Parameter] = []
    var names: [[String]] = []
    for parameter in parameters {
      if let index = merged.firstIndex(where: { $0.values == parameter.values }) {
        names[index].append(parameter.name)
      } else {
        merged.append(parameter)
        names.append([parameter.name])
      }
    }
    return zip(merged, names).map { parameter, names in
      var parameter = parameter
      let rest = names.count - namedInputs
      parameter.name = names.prefix(namedInputs).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
      return parameter
    }
  }

  private static func facts(_ run: JobRun) -> [String: String] {
    let summary = run.summary
    var facts = [
      "outcome": summary.outcome.rawValue, "job": summary.job, "steps": "\(summary.stepCount)",
      "steps reused": "\(summary.reusedCount)", "time": Format.seconds(summary.wallSeconds),
      "CPU time": Format.seconds(summary.cpuSeconds), "largest memory": Format.bytes(summary.peakMemoryBytes),
    ]
    facts["failed step"] = summary.failedStep
    facts["because"] = summary.because.map { Format.prose($0) }
    return facts
  }

  private static func metrics(_ runs: [JobRun]) -> [Metric] {
    let steps = Set(runs.flatMap { $0.judgements.map(\.step) }).sorted()
    let all = steps.flatMap { step -> [Metric] in
      let judgements = runs.map { run in run.judgements.last { $0.step == step } }
      let names = order(Set(judgements.flatMap { $0.map { Array($0.metrics.keys) } ?? [] }))
      return names.map { name in
        let plain = judgements.map { judgement -> Cell? in
          guard let judgement, let estimate = judgement.metrics[name] else { return nil }
          return Cell(
            value: estimate.value, low: estimate.low, high: estimate.high, data: judgement.data,
            rowCount: judgement.rowCount)
        }
        let others = plain.dropFirst().map { cell -> Cell? in
          guard var cell, let first = plain[0] else { return cell }
          cell.delta = Delta(cell, against: first)
          return cell
        }
        return Metric(name: name, step: steps.count > 1 ? step : nil, cells: [plain[0]] + others)
      }
    }
    return Array(all.prefix(metricLimit))
  }
}
