internal import Disk
package import Jobs
package import Records
internal import Store
package import SystemPackage

/// The ordered work that a job implies.
package struct Plan: Codable, Hashable, Sendable {
  package enum Action: String, Codable, Hashable, Sendable { case run, reuse, skip, fail }

  package struct Step: Codable, Hashable, Sendable {
    package var id: String
    package var kind: String
    package var action: Action
    /// One sentence.
    package var why: String
  }

  package var steps: [Step]
}

/// Decides, from the spec, the refs and the known step keys, what would run and what would be reused. Nothing is
/// changed: files are hashed, not stored.
package struct Planner {
  private let site: Site
  private let job: Job
  private let origin: FilePath
  private let logicalTime: Timestamp
  private let programs = ProgramDigests()

  package init(site: Site, job: Job, origin: FilePath, logicalTime: Timestamp) {
    self.site = site
    self.job = job
    self.origin = origin
    self.logicalTime = logicalTime
  }

  package func plan() throws -> Plan {
    let known = StepLedger()
    var steps: [Plan.Step] = []
    for step in job.steps {
      let (planned, record) = try plan(step, known)
      steps.append(planned)
      if let record { known.add(record) }
    }
    return Plan(steps: steps)
  }

  /// The step's place in the plan, and what it would give when that is known already.
  private func plan(_ step: Jobs.Step, _ known: StepLedger) throws -> (Plan.Step, StepRecord?) {
    func planned(_ action: Plan.Action, _ why: String) -> Plan.Step {
      Plan.Step(id: step.id, kind: step.action.kind, action: action, why: why)
    }
    if let id = step.action.sourceSteps.first(where: { known.record(of: $0) == nil }) {
      return (planned(.run, "it reads what “\(id)” will make"), nil)
    }
    let preparation = StepPreparation(
      site: site, project: job.project, origin: origin, ledger: known, logicalTime: logicalTime,
      programs: programs,
      params: Dictionary(job.params.map { ($0.name, $0.json) }, uniquingKeysWith: { $1 }), mode: .digestOnly)
    let prepared: PreparedStep
    do { prepared = try preparation.prepare(step) } catch { return (planned(.fail, "\(error)"), nil) }
    guard prepared.isReusable, let memory = try StepMemory(prepared.key, in: site.store) else {
      return (planned(.run, try reason(step, prepared)), nil)
    }
    guard try memory.isKept(in: site.store) else {
      return (planned(.run, "\(memory.run) did it, but what it made is kept no longer"), nil)
    }
    let outputs = try memory.outputs.map { output in
      var labelled = output
      labelled.artifact.version = try version(of: output, step)
      return labelled
    }
    let record = StepRecord(
      id: step.id, kind: step.action.kind, outcome: .reused, inputs: prepared.inputs, outputs: outputs)
    return (planned(.reuse, "\(memory.run) did it\(memory.headline.map { ": \($0)" } ?? "")"), record)
  }

  private static let recentRuns = 500

  /// Why a step that nothing is remembered of is to run: what changed since the job's last run did it.
  private func reason(_ step: Jobs.Step, _ prepared: PreparedStep) throws -> String {
    let archive = RunArchive(site.store)
    for run in try archive.names(limit: Self.recentRuns) where run.hasPrefix(job.name + "-") {
      guard let record = try archive.record(of: run), (record.job, record.project) == (job.name, job.project),
        let before = record.steps.first(where: { $0.id == step.id }),
        before.outcome == .ran || before.outcome == .reused
      else { continue }
      guard before.key != prepared.key else { return "\(run) did it, but that is remembered no longer" }
      return StepChanges(before: before, now: prepared).text(since: run)
        ?? "its options, the job's `params` or this tool changed since \(run)"
    }
    return "nothing is known of this data, these parameters and this code"
  }

  /// The version that publishing the output again would find.
  private func version(of output: StepRecord.Output, _ step: Jobs.Step) throws -> VersionLabel? {
    guard let name = step.action.publishedName(of: output.name), let kind = output.artifact.kind.entityKind else {
      return nil
    }
    let entity = try EntityName(kind, project: job.project, name: name)
    let same = try site.store.refs.versions(of: entity).last { $0.digest == output.artifact.digest }
    return same.map { VersionLabel(project: entity.project, name: name, number: $0.number) }
  }
}
