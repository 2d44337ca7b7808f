internal import Disk
internal import Jobs
package import Records
internal import Spool
package import Store
internal import SystemPackage

/// A model's recipe, to be replayed: what the `retrain` step and `nightshift retrain` share.
package struct Retraining {
  private let site: Site
  private let model: Artifact
  private let label: VersionLabel
  let recipe: Recipe

  /// What the audit log calls an asking.
  static let action = "request-retraining"

  /// Throws for a model that has no version, or no recipe in its package.
  package init(of model: Artifact, in site: Site) throws {
    guard let label = model.version else {
      throw PipelineError.stepFailed(
        "\(model.shortDigest) is no version of a model, so that nobody could use a newer one")
    }
    guard let file = try site.store.manifest(model.digest)["recipe.json"] else {
      throw PipelineError.stepFailed(
        "the model \(label.text) has no recipe: it was not made by a `train` step")
    }
    var stream = site.store.stream(of: file)
    recipe = try CanonicalJSON.decode(Recipe.self, from: try stream.readAll())
    (self.site, self.model, self.label) = (site, model, label)
  }

  /// Who asks for it, when and why.
  package struct Request {
    package var at: Timestamp
    package var by: String
    package var because: String
    /// The run whose step asks.
    package var run: String?
    /// Names the request: asking again with it does nothing.
    package var key: String?
    /// What it is asked for on: the same is not asked for twice.
    package var evidence: Digest?
    package var isForeign = false
    /// The moment that the run is to stand for; nil: when it is taken up.
    package var logicalTime: Timestamp?

    package init(at: Timestamp, by: String, because: String) {
      self.at = at
      self.by = by
      self.because = because
    }
  }

  /// An asking of the past.
  struct Asked {
    var at: Timestamp
    var because: String
    var evidence: String?
    var run: String?
    /// The job's name in the inbox.
    var job: String
  }

  /// Held while it is found out whether something was asked for, and then is asked for.
  func lock() throws -> FileLock {
    // No name holds a `+`: two models never share a lock.
    try site.disk.lock(site.store.root.appending("locks").appending("retraining.\(label.project)+\(label.name)"))
  }

  private var object: String { "\(label.project)/\(label.name)" }

  /// When the model's retraining was asked for, oldest first; what is later than `now` does not count.
  func askings(until now: Timestamp) throws -> [Asked] {
    try site.store.audit.entries().compactMap { entry in
      guard entry.action == Self.action, entry.object == object, let at = Timestamp(entry.at), at <= now else {
        return nil
      }
      return Asked(at: at, because: entry.why, evidence: entry.from, run: entry.run, job: entry.to ?? "")
    }
  }

  /// When the version was made.
  func made() throws -> Timestamp? { try version()?.created }

  private func version() throws -> (created: Timestamp, run: String?)? {
    guard
      let version = try site.store.refs.version(
        label.number,
        of: try EntityName(
          .model, project: label.project, name: label.name)), let created = Timestamp(version.created)
    else { return nil }
    return (created, version.run)
  }

  /// Puts the job into the inbox, and the asking into the audit log. Gives the job's name there.
  package func queue(_ request: Request, on data: Artifact?) throws -> String {
    var spec = try site.store.blob(recipe.spec)
    var name = recipe.specName
    if let data {
      let (label, _) = try dataset(of: data)
      let rewritten = try SpecReplay.spec(
        spec, replacing: label.name, of: label.project, with: "\(label.project)/\(label.text)", file: recipe.specName)
      guard let rewritten else {
        throw PipelineError.stepFailed("the spec \(recipe.specName) does not name the dataset “\(label.name)”")
      }
      spec = rewritten
      name = String(name.split(separator: ".").first ?? "retrain") + ".json"
    }
    var submission = Submission(
      specName: name, origin: try origin(),
      params: recipe.params.sorted { $0.key < $1.key }.map { Submission.Param(name: $0.key, json: $0.value) },
      by: request.by, at: request.at.text, logicalTime: request.logicalTime?.text, requestedBy: request.run,
      isForeign: request.isForeign || recipe.isForeign == true ? true : nil)
    submission.because = request.because
    let queued = try site.spool.submit(spec, submission, key: request.key)
    try site.store.audit.appendOnce(
      AuditLog.Entry(
        at: request.at.text, by: request.by, action: Self.action, object: object, from: request.evidence?.description,
        to: queued, why: request.because, run: request.run))
    return queued
  }

  /// The dataset of the recipe that newer data takes the place of.
  func dataset(of data: Artifact) throws -> (VersionLabel, Recipe.Dataset) {
    guard let label = data.version else {
      throw PipelineError.stepFailed("`data` must be a version of a dataset, so that the recipe can name it")
    }
    guard let dataset = recipe.datasets.first(where: { $0.name == label.name && $0.project == label.project }) else {
      let names = recipe.datasets.map(\.name).joined(separator: ", ")
      throw PipelineError.stepFailed(
        "the recipe of the model does not begin with the dataset “\(label.name)”: it begins with \(names.isEmpty ? "none" : names)"
      )
    }
    return (label, dataset)
  }

  /// The folder that the recipe's relative paths start from: a fact of the run that made the model, not of the recipe.
  private func origin() throws -> String {
    guard let run = try version()?.run, let record = try RunArchive(site.store).record(of: run) else {
      return site.root.string
    }
    return record.origin
  }
}
