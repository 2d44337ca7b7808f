internal import Disk
internal import Records
internal import Store

/// Names of runs: `flights-delay-20130401T020000-7f3a`, job and time and four digits that tell apart what was asked at
/// the same second.
struct RunName {
  private let store: Store
  private let stem: String

  /// More names than this of one job and second have more digits.
  private static let fewSalts = 1000

  /// Nil where `job` is no name: its spec is about to be refused.
  init?(store: Store, job: String, time: Timestamp) {
    guard EntityName.isValid(job) else { return nil }
    self.store = store
    stem = "\(job)-\(time.compact)"
  }

  /// Whether it is a name of a run of this job and time.
  func names(_ run: String) -> Bool { run.hasPrefix(stem + "-") && run.utf8.count >= stem.utf8.count + 5 }

  /// A name that no run has.
  ///
  /// - Parameters:
  ///   - entry: the job's name in the inbox.
  ///   - taken: names of runs that have nothing on disk yet.
  func free(for entry: String, besides taken: Set<String>) throws -> String {
    let archive = RunArchive(store)
    var salt = 0
    while true {
      let run = "\(stem)-\(Digest(of: Array("\(entry) \(stem) \(salt)".utf8)).hex.prefix(salt < Self.fewSalts ? 4 : 8))"
      if !taken.contains(run), !store.disk.exists(try archive.folder(of: run)) { return run }
      salt += 1
    }
  }
}
