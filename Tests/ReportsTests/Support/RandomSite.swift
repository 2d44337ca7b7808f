import Records
@testable import Reports
import Store

/// A site of random nights: models that are trained, judged, watched and scored with, jobs that fail, late labels.
struct RandomSite {
  private(set) var site = MemorySite()
  private var random: SplitMix
  private var versions: [String: Int] = [:]
  private var champions: [String: Int] = [:]

  /// Deterministic: Steele, Lea and Flood, “Fast splittable pseudorandom number generators”, 2014.
  struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  init(seed: UInt64, nights: Int, models: Int) throws {
    random = SplitMix(state: seed)
    for night in 0..<nights {
      for model in 0..<models where Int.random(in: 0..<5, using: &random) > 0 { try play(night, "model-\(model)") }
    }
  }

  private func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

  private mutating func play(_ night: Int, _ model: String) throws {
    let time = Timestamp(seconds: 1_364_781_600 + night * 86_400)
    let id = "\(model)-\(time.compact)-\(String(UInt16.random(in: .min ... .max, using: &random), radix: 16))"
    let isFailed = Int.random(in: 0..<6, using: &random) == 0
    var steps = [step("raw", "snapshot", [], .dataset, try data(model, night, id))]
    if isFailed {
      steps.append(StepRecord(id: "checked", kind: "validate", outcome: .failed, reason: "rule \(night) is broken"))
    } else {
      try train(&steps, model, night, id)
      try watch(&steps, model, night)
    }
    site.add(
      RunRecord(
        id: id, job: model, project: "p", outcome: isFailed ? .failed : .done, reason: isFailed ? "no" : nil,
        logicalTime: time, started: time, finished: time, wallSeconds: 2, attemptCount: 1, specName: "s.yaml",
        origin: "/", spec: digest("s"), params: ["night": "\(night / 3)"],
        requestedBy: night % 4 == 3 ? site.runs.last?.id : nil, host: "h", toolVersion: "1", steps: steps))
  }

  private func step(
    _ id: String, _ kind: String, _ inputs: [Artifact], _ made: Artifact.Kind, _ artifact: Artifact
  ) -> StepRecord {
    StepRecord(
      id: id, kind: kind, outcome: .ran, wallSeconds: 1, cpuSeconds: 0.5, peakMemoryBytes: 1 << 20,
      inputs: inputs.map { .init(name: "data", reference: "raw", artifact: $0) },
      outputs: [.init(name: "", artifact: artifact)], headline: "\(made.rawValue) \(artifact.shortDigest)")
  }

  private mutating func data(_ model: String, _ night: Int, _ run: String) throws -> Artifact {
    let number = versions["data \(model)", default: 0] + 1
    versions["data \(model)"] = number
    let digest = digest("data \(model) \(night)")
    site.note("publish-dataset", "p/\(model)-data@v\(number)", to: "\(digest)", why: "", run: run)
    let description = try site.evidence.add(
      DatasetDescription(fileCount: 1, totalBytes: 10 * night, files: [], rowCount: 100 + night))
    return Artifact(
      kind: .dataset, digest: digest, description: description,
      version: VersionLabel(project: "p", name: "\(model)-data", number: number))
  }

  private mutating func train(_ steps: inout [StepRecord], _ model: String, _ night: Int, _ run: String) throws {
    let data = steps[0].outputs[0].artifact
    let number = versions[model, default: 0] + 1
    versions[model] = number
    let label = VersionLabel(project: "p", name: model, number: number)
    let package = Artifact(kind: .model, digest: digest("\(model) \(night)"), version: label)
    site.note("publish-model", "p/\(model)@v\(number)", to: "\(package.digest)", why: "", run: run)
    let auc = Double.random(in: 0.6..<0.8, using: &random)
    let metrics = try site.evidence.add(
      MetricsDocument(
        model: package.digest, modelVersion: label, data: data.digest, dataVersion: data.version, task: "binary",
        target: "y", rowCount: 90, droppedRowCount: 0, metrics: ["auc": auc, "log_loss": 1 - auc]))
    let isBetter = Bool.random(using: &random)
    let verdict = try site.evidence.add(
      VerdictDocument(
        decision: isBetter ? .promote : .reject, challenger: package.digest, challengerVersion: label,
        champion: champions[model].map { digest("\(model) \($0)") },
        championVersion: champions[model].map { VersionLabel(project: "p", name: model, number: $0) },
        data: data.digest, dataVersion: data.version, rowCount: 90, challengerMetrics: ["auc": auc],
        championMetrics: champions[model] == nil ? [:] : ["auc": 0.7],
        findings: [.init(rule: "auc >= 0.7", holds: isBetter, observed: auc, required: 0.7, explanation: "auc")]))
    steps += [
      step("model", "train", [data], .model, package),
      step("scores", "evaluate", [package, data], .metrics, Artifact(kind: .metrics, digest: metrics)),
      step(
        "verdict", "gate", [Artifact(kind: .metrics, digest: metrics)], .verdict,
        Artifact(kind: .verdict, digest: verdict)),
    ]
    guard isBetter else { return }
    let promotion = try site.evidence.add(
      PromotionDocument(
        alias: "champion", decision: .promote, from: nil, to: label, explanation: "\(label.text) is champion"))
    steps.append(
      step(
        "release", "promote", [Artifact(kind: .verdict, digest: verdict)], .promotion,
        Artifact(kind: .promotion, digest: promotion)))
    site.note(
      "move-alias", "p/\(model)@champion", from: champions[model].map { "v\($0)" }, to: "v\(number)", why: "better",
      run: run)
    champions[model] = number
  }

  private mutating func watch(_ steps: inout [StepRecord], _ model: String, _ night: Int) throws {
    let label = VersionLabel(project: "p", name: model, number: versions[model] ?? 1)
    let psi = Double.random(in: 0..<0.5, using: &random)
    let drift = try site.evidence.add(
      DriftDocument(
        model: digest("\(model) \(night)"), modelVersion: label, reference: digest("r"), referenceRowCount: 90,
        data: digest("d"), dataVersion: nil, rowCount: 80, isDrifted: psi > 0.3, psiThreshold: 0.2,
        pValueThreshold: 0.01, columnShareThreshold: 0.3,
        columns: [
          .init(
            name: "x", role: "feature", isDrifted: psi > 0.2, psi: psi, test: "chi-square", statistic: 3, pValue: 0.1,
            referenceMissing: 0, currentMissing: 0, bins: [])
        ]))
    var performance = PerformanceDocument(
      predictions: "p/\(model)-said", labels: digest("l"), target: "y", span: "day", take: "first")
    performance.modelVersion = label
    performance.periods = (max(0, night - 3)...night).map { day in
      PerformanceDocument.Period(
        from: Timestamp(seconds: 1_364_781_600 + day * 86_400).date, predictionCount: 10, labelledCount: night,
        rowCount: night, models: [label.text], metrics: ["auc": .init(value: psi, low: 0, high: 1)])
    }
    performance.overall = performance.periods.last
    let document = try site.evidence.add(performance)
    steps += [
      step("drift", "monitor", [steps[0].outputs[0].artifact], .drift, Artifact(kind: .drift, digest: drift)),
      step("truth", "feedback", [], .performance, Artifact(kind: .performance, digest: document)),
    ]
  }
}
