package import Disk
internal import Jobs
internal import Learning
internal import Records
package import SystemPackage

/// The process of one built-in step: `nightshift step REQUEST RESULT`. What it stores stays because the runner that
/// waits for it is in a session.
package enum StepProcess {
  /// Reads the request, does the work, writes the result. A step that cannot do its work says so in the result; this
  /// throws only when there is no request to read or no result to write.
  package static func run(request path: FilePath, result target: FilePath, disk: Disk) throws {
    LifeLine.watch()
    let request = try CanonicalJSON.decode(StepRequest.self, from: try disk.read(path, limitBytes: 64 << 20))
    let site = try Site(at: FilePath(request.site), disk: disk)
    var result: StepResult
    do {
      result = try perform(StepContext(request: request, site: site))
    } catch {
      result = StepResult()
      result.failure = "\(error)"
    }
    try disk.replace(target, with: try CanonicalJSON.encode(result), durability: .cached)
  }

  private static func perform(_ context: StepContext) throws -> StepResult {
    switch context.request.action {
    case .snapshot(let options): try context.snapshot(options)
    case .import(let options): try context.importing(options)
    case .sql(let options): try context.sql(options)
    case .validate(let options): try context.validate(options)
    case .profile(let options): try context.profile(options)
    case .features(let options): try context.features(options)
    case .split(let options): try context.split(options)
    case .train(let options): try context.train(options)
    case .tune(let options): try context.tune(options)
    case .evaluate(let options): try context.evaluate(options)
    case .explain(let options): try context.explain(options)
    case .gate(let options): try context.gate(options)
    case .promote(let options): try context.promote(options)
    case .predict(let options): try context.predict(options)
    case .feedback(let options): try context.feedback(options)
    case .monitor(let options): try context.monitor(options)
    case .retrain(let options): try context.retrain(options)
    // The command itself is not run by `nightshift step`.
    case .run(let options): try context.completeModels(options)
    }
  }

  /// The version of each kind's implementation, part of step keys: raise it when a kind computes something else than
  /// before, so that old results are not taken for new ones.
  static func implementation(of action: StepAction) -> Int {
    switch action {
    // The last of each but `promote`, `retrain` and `run`: words for missing values may look like values, and times finer
    // than microseconds are texts.
    // 2: what training saw is in the package, and data is held against it. 4: the profile of what it was trained on is in
    // the package, and drift is told by it. 5: baselines are kept beside, and curves are of some of the rows. 6: quantiles
    // do not cross, in the profile neither, and a season's time is not profiled. 5 where drift is told by it.
    case .train: 6
    case .monitor: 5
    // 3: keys come out as they stand in the data; the champion is read as the challenger was.
    // 5: numbers are written as short as 32 bits need. 6: quantiles do not cross; reasons are summed otherwise.
    case .predict: 6
    // 5: paired tests, and the champion in the challenger's slices; the metric code counts, too. 6: models that learnt from
    // the test data are told.
    case .gate: 6 * 1000 + Evaluation.implementation
    case .evaluate: Evaluation.implementation
    // 2: shares are kept to the row at random. 3: the parts are read as the data is, described or not.
    case .split: 4
    // 2: keys of several columns name one entity each; the rows are read as the data is.
    case .features: 3
    // 2: described in bounded memory, with other bounds on what is counted.
    case .snapshot, .import: 3
    // 2: inputs are written for DuckDB as they are read here, and one thread computes.
    case .sql: 3
    // 4: whole numbers, shares and groups are told apart to the last digit.
    case .validate: 4
    // 2: suspects of leakage without chance finds, repeated rows with their error, exact ends of histograms.
    case .profile: 2
    // 2: a model that comes with a scoring command is completed. 3: with a profile of its training data. 4: with
    // baselines, and what it says to validation rows.
    case .run: 4
    // 2: a version that was rolled back is held back.
    case .promote: 2
    // 2: it explains. 3: contributions are summed otherwise, and the grid of numbers is scikit-learn's.
    // 4: a loss has its own sign.
    case .explain: 4
    // 2: the profile, as of `train`; points of the Sobol sequence, which the other searches begin with, are scrambled.
    case .tune: 2
    // 2: labels of a file that grows were known since it had them; only predictions of the same target are judged
    // together; intervals for few rows and for all metrics.
    // 3: labels of unknown classes are told, and answers judged at the threshold at which they were given.
    case .feedback: 3
    case .retrain: 1
    }
  }

  /// Tools and libraries that a step's outputs depend on.
  static func environment(of action: StepAction, site: Site) throws -> [String: String] {
    switch action {
    case .sql: ["duckdb": try DuckDB.locate(site.settings.duckdb).version(site.disk)]
    case .train(let options) where options.trainer == .xgboost: ["xgboost": try Trainer.libraryVersion()]
    // What only scores does not need the library.
    case .tune: ["xgboost": try Trainer.libraryVersion()]
    default: [:]
    }
  }
}
