internal import Records
internal import Store

extension RunReading {
  // MARK: Datasets

  /// The steps that read versions of datasets, and what the run published of each.
  var uses: [(dataset: EntityKey, use: DatasetUse)] {
    record.steps.filter { $0.outcome == .ran || $0.outcome == .failed }.flatMap { step in
      step.inputs.compactMap { input -> (EntityKey, DatasetUse)? in
        guard let artifact = input.artifact, artifact.kind == .dataset, let version = artifact.version else {
          return nil
        }
        let use = DatasetUse(
          run: summary.place, job: record.job, step: step.id, kind: step.kind, input: input.name,
          version: version.number, made: made(by: step, of: version))
        return (EntityKey(project: version.project, name: version.name), use)
      }
    }
  }

  /// What the run published of the outputs of a step, by that step and those that go on from it.
  private func made(by step: StepRecord, of version: VersionLabel) -> [DatasetUse.Made] {
    var derived = Set(step.outputs.map(\.artifact.digest))
    var made = step.outputs.map(\.artifact)
    var open = record.steps.filter { $0.id != step.id }
    while let index = open.firstIndex(where: { later in
      later.inputs.contains { $0.artifact.map { derived.contains($0.digest) } ?? false }
    }) {
      let outputs = open.remove(at: index).outputs.map(\.artifact)
      derived.formUnion(outputs.map(\.digest))
      made += outputs
    }
    var seen: Set<DatasetUse.Made> = []
    return made.compactMap { artifact in
      guard let label = artifact.version, label != version || artifact.kind != .dataset else { return nil }
      return DatasetUse.Made(kind: artifact.kind, version: label)
    }.filter { seen.insert($0).inserted }
  }

  var contracts: [(dataset: EntityKey, result: ContractResult)] {
    record.steps.filter { $0.outcome != .reused }.flatMap { step in
      step.outputs.compactMap { output -> (EntityKey, ContractResult)? in
        guard let document = documents.contracts[output.artifact.digest], let version = document.dataVersion else {
          return nil
        }
        let result = ContractResult(
          run: summary.place, step: step.id, document: output.artifact.digest, contract: document.contract,
          version: version.number, headline: document.headline, stops: !document.stops.isEmpty)
        return (EntityKey(project: version.project, name: version.name), result)
      }
    }
  }

  var profiles: [(dataset: EntityKey, result: ProfileResult)] {
    record.steps.flatMap { step in
      step.outputs.compactMap { output -> (EntityKey, ProfileResult)? in
        guard let version = documents.profiles[output.artifact.digest]?.dataVersion else { return nil }
        let result = ProfileResult(
          version: version.number, run: summary.place, step: step.id, document: output.artifact.digest)
        return (EntityKey(project: version.project, name: version.name), result)
      }
    }
  }

  // MARK: Jobs

  var jobRun: JobRun {
    let own = Set(record.steps.flatMap(\.outputs).map(\.artifact.digest))
    var inputs: [String: String] = [:]
    for step in record.steps {
      for input in step.inputs {
        guard let artifact = input.artifact, !own.contains(artifact.digest) || artifact.version != nil else { continue }
        inputs["\(step.id).\(input.name)"] = artifact.version?.text ?? artifact.shortDigest
      }
    }
    let ran = record.steps.filter { $0.outcome == .ran }
    return JobRun(
      summary: summary, params: record.params, inputs: inputs,
      stepSeconds: Dictionary(ran.map { ($0.id, $0.wallSeconds) }, uniquingKeysWith: { first, _ in first }),
      judgements: record.steps.flatMap { step in step.outputs.compactMap { judgement($0.artifact.digest, step.id) } })
  }

  private func judgement(_ digest: Digest, _ step: String) -> JobRun.Judgement? {
    guard let document = documents.metrics[digest] else { return nil }
    return JobRun.Judgement(
      step: step, model: document.modelVersion, data: document.data, rowCount: document.rowCount,
      metrics: Dictionary(
        uniqueKeysWithValues: document.metrics.map { name, value in
          let interval = document.intervals?[name]
          return (name, PerformanceDocument.Estimate(value: value, low: interval?.low, high: interval?.high))
        }))
  }
}
