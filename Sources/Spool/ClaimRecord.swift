internal import Disk

extension Claim {
  /// What a runner that takes over must know: `claim.json`.
  package struct Record: Codable, Hashable, Sendable {
    /// Who works on it.
    package var owner: ProcessIdentity
    /// Random, new with each take-up: who finds another one here has lost the claim.
    var token = Record.newToken()
    /// How often it was taken up, counted before anything is done.
    package var attempts: Int
    /// How many of the last attempts ended without progress: a job that only kills its runners is given up by it.
    package var fruitlessAttempts = 1
    /// How often each step was tried, for retries that outlive a deferral.
    package var stepAttempts: [String: Int] = [:]
    /// The run it became; nil before the spec was read.
    package var run: String?
    /// RFC 3339: the moment the run stands for.
    package var logicalTime: String?
    /// RFC 3339: when the first attempt began.
    package var started: String?
    /// The step processes at work, whose groups a runner that takes over must end.
    package var children: [ProcessIdentity] = []
    /// What it takes of the quotas.
    package var ticket: Ticket?
    /// Why and until when it waits: set before it moves to `deferred/`.
    var deferral: Deferral?
    /// Nanoseconds since 1970 when it came into the inbox, by the inbox's own clock; nil in records of earlier versions.
    var arrived: Int64?
    /// The hidden name that the job has in an inbox of another file system while it is copied from there.
    var inboxCopy: String?
    /// Somebody else's job that was copied here, and is this user's file now.
    var isForeign: Bool?
    /// Where the job is to go: set before it moves.
    var end: End?

    struct Deferral: Codable, Hashable, Sendable {
      /// RFC 3339.
      var until: String
      var reason: String
    }

    struct End: Codable, Hashable, Sendable {
      var state: String
      var date: String
      var name: String
    }

    static func newToken() -> String { String(Disk.temporaryName().dropFirst(5)) }
  }

  /// What a claimed job takes of the quotas, so that they hold over all runners of a spool.
  package struct Ticket: Codable, Hashable, Sendable {
    package var project: String
    package var job: String
    package var user: String
    package var priority: Int
    package var cpus: Int
    package var memoryBytes: Int
    /// How many runs of its name may go on at once; nil: one.
    package var concurrency: Int?

    package init(
      project: String, job: String, user: String, priority: Int, cpus: Int, memoryBytes: Int, concurrency: Int? = nil
    ) {
      self.project = project
      self.job = job
      self.user = user
      self.priority = priority
      self.cpus = cpus
      self.memoryBytes = memoryBytes
      self.concurrency = concurrency
    }
  }
}

extension Claim.Record {
  private enum EarlierKeys: String, CodingKey { case child }

  /// Records of earlier versions lack keys, and name one child.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    owner = try values.decode(ProcessIdentity.self, forKey: .owner)
    token = try values.decodeIfPresent(String.self, forKey: .token) ?? ""
    attempts = try values.decode(Int.self, forKey: .attempts)
    fruitlessAttempts = try values.decodeIfPresent(Int.self, forKey: .fruitlessAttempts) ?? 1
    stepAttempts = try values.decodeIfPresent([String: Int].self, forKey: .stepAttempts) ?? [:]
    run = try values.decodeIfPresent(String.self, forKey: .run)
    logicalTime = try values.decodeIfPresent(String.self, forKey: .logicalTime)
    started = try values.decodeIfPresent(String.self, forKey: .started)
    let child = try decoder.container(keyedBy: EarlierKeys.self).decodeIfPresent(ProcessIdentity.self, forKey: .child)
    children = try values.decodeIfPresent([ProcessIdentity].self, forKey: .children) ?? child.map { [$0] } ?? []
    ticket = try values.decodeIfPresent(Claim.Ticket.self, forKey: .ticket)
    deferral = try values.decodeIfPresent(Deferral.self, forKey: .deferral)
    arrived = try values.decodeIfPresent(Int64.self, forKey: .arrived)
    inboxCopy = try values.decodeIfPresent(String.self, forKey: .inboxCopy)
    isForeign = try values.decodeIfPresent(Bool.self, forKey: .isForeign)
    end = try values.decodeIfPresent(End.self, forKey: .end)
  }
}
