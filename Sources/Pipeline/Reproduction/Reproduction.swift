internal import Disk
internal import Jobs
package import Records
internal import Spool
internal import Store
internal import SystemPackage

/// Does a past run again from its recipe, and holds what comes out against what came out then.
///
/// Each step gets what its record says that it read: the stored inputs and files, whatever refs and folders hold today.
/// So a difference is the step's own, not that of one before it. Nothing is published, promoted, queued or told;
/// nothing is reused.
package struct Reproduction: Sendable {
  /// How a run is done again.
  package struct Options: Sendable {
    /// See ``ReproductionDocument/tolerance``.
    package var tolerance = 1e-9
    /// The moment that the evidence is of.
    package var at: Timestamp

    package init(at: Timestamp) { self.at = at }
  }

  let site: Site
  private let tool: String
  private let toolVersion: String
  private let options: Options

  /// - Parameter tool: absolute path of this very tool.
  package init(site: Site, tool: String, toolVersion: String, options: Options) {
    self.site = site
    self.tool = tool
    self.toolVersion = toolVersion
    self.options = options
  }

  private var archive: RunArchive { RunArchive(site.store) }

  /// Does the run again, one step after the other, and keeps what came of it beside its record. Throws where there is no
  /// such run, or its spec cannot be read.
  ///
  /// - Parameter report: is told of each step when it is over.
  package func execute(
    _ run: String, report: (ReproductionDocument.Step) throws -> Void = { _ in }
  ) async throws -> ReproductionDocument {
    guard let record = try archive.record(of: run) else {
      throw PipelineError.unknownReference(run, reason: "there is no finished run of that name: see `nightshift runs`")
    }
    let job = try job(of: record)
    // What its steps store stays until it is compared.
    let session = try StoreSession(site.store)
    defer { session.keep() }
    let scratch = try WorkFolder("\(run)-reproduction", in: site.store)
    defer { do { try scratch.remove() } catch { LogLine.write("\(error)") } }
    var steps: [ReproductionDocument.Step] = []
    for step in job.steps {
      guard let old = record.steps.first(where: { $0.id == step.id }) else { continue }
      try Task.checkCancellation()
      let again = StepAgain(
        site: site, record: record, step: step, old: old, folder: scratch.files.appending(step.id), tool: tool)
      let found = try await again.compare(within: options.tolerance)
      try report(found)
      steps.append(found)
    }
    let document = ReproductionDocument(
      run: run, at: options.at, tolerance: options.tolerance, host: ProcessIdentity.hostName, toolVersion: toolVersion,
      steps: steps)
    try archive.keep(document)
    return document
  }

  /// The same for one of a sample: a run that cannot even be begun is unverified, and is not drawn again before all
  /// others were.
  package func attempt(_ run: String) async throws -> ReproductionDocument {
    do { return try await execute(run) } catch let error as CancellationError { throw error } catch {
      var document = ReproductionDocument(
        run: run, at: options.at, tolerance: options.tolerance, host: ProcessIdentity.hostName,
        toolVersion: toolVersion, steps: [])
      document.reason = "\(error)"
      try archive.keep(document)
      return document
    }
  }

  /// The job as it was then: the spec's very bytes, the same parameters, the same moment.
  private func job(of record: RunRecord) throws -> Job {
    guard let bytes = try archive.spec(of: record) else {
      throw PipelineError.damagedRun(record.id, reason: "its spec is not kept")
    }
    let reader = SpecReader(
      file: record.specName, defaultProject: record.project,
      overrides: record.params.sorted { $0.key < $1.key }.map { Job.Param(name: $0.key, json: $0.value) },
      run: RunContext(id: record.id, logicalTime: record.logicalTime), use: .queued)
    return try reader.read(bytes)
  }
}

extension RunArchive {
  private static let reproductionName = "reproduction.json"

  /// The spec's bytes: beside the record, of older runs in the store; nil where they are not kept.
  package func spec(of record: RunRecord) throws -> [UInt8]? {
    let path = try folder(of: record.id).appending("spec.yaml")
    if let bytes = try store.disk.readIfPresent(path, limitBytes: 64 << 20) { return bytes }
    return try store.contains(record.spec) ? try store.blob(record.spec) : nil
  }

  /// What the last reproduction of a run found; nil where there was none, or its document cannot be read.
  package func reproduction(of run: String) throws -> ReproductionDocument? {
    let path = try folder(of: run).appending(Self.reproductionName)
    guard let bytes = try store.disk.readIfPresent(path, limitBytes: 16 << 20) else { return nil }
    return try? CanonicalJSON.decode(ReproductionDocument.self, from: bytes)
  }

  func keep(_ document: ReproductionDocument) throws {
    try store.disk.replace(
      try folder(of: document.run).appending(Self.reproductionName), with: try CanonicalJSON.encodeForPeople(document))
  }
}
