internal import Records

/// What was seen of a machine and a site; what it means is ``Diagnosis``'s to say.
struct SiteFacts {
  enum Sandbox: Equatable {
    case works
    case missing
    /// What it said.
    case refused(String)
  }

  /// Something that waits or lies about.
  struct Pile: Equatable {
    var count = 0
    var oldestSeconds = 0
  }

  struct Folder: Equatable {
    var name: String
    var path: String
    /// Why it cannot be worked with; nil where it can.
    var fault: String?
  }

  var now: Timestamp
  /// The version, or why the library cannot be loaded.
  var xgboost: Result<String, Fault>
  var lz4: String
  var archive: String
  /// The program's path.
  var duckdb: String?
  var sandbox: Sandbox
  var hasSystemd: Bool
  var hasCron: Bool
  var folders: [Folder]
  var room: FileSystem?
  var storeBytes: Int
  /// By the name of what lies there.
  var fileSystems: [(name: String, kind: String)]
  /// Nil where nobody can tell.
  var isClockSynchronised: Bool?
  /// Claims whose runner, of this machine, is gone.
  var orphans: Int
  /// Unfinished files and work folders of the store.
  var leftovers: Pile
  /// Its oldest is the time that the first of them is overdue.
  var deferred: Pile
  var held: Pile
  var health: Health
  var expectedSeconds: Double?
  var openFileLimit: Int
  var processLimit: Int
  /// As the environment names it; empty where it does not.
  var locale: String
  /// Alerts that wait, and that were given up; nil where the site asks for none.
  var alerts: (pending: Int, undelivered: Int)?
  var storeProblems: Int
  var versionCount: Int

  struct Fault: Error, Equatable {
    var text: String
  }
}
