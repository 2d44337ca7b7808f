internal import Disk
internal import Jobs
internal import Records
internal import Spool

/// A spec in `recurring/`, read.
struct RecurringSpec: Sendable {
  let file: RecurringFile
  let bytes: [UInt8]
  /// The job, with triggers; nil when there is an error.
  let job: Job?
  /// What is wrong with it; nil when nothing is.
  let error: SpecError?

  private init(_ file: RecurringFile, _ bytes: [UInt8], _ job: Job?, _ error: SpecError?) {
    self.file = file
    self.bytes = bytes
    self.job = job
    self.error = error
  }

  private static func read(_ file: RecurringFile, _ site: Site, now: Timestamp) -> RecurringSpec {
    do {
      if let obstacle = file.obstacle { throw error(file, obstacle) }
      let bytes = try site.disk.read(file.path, limitBytes: 2 << 20)
      // The time is for expressions over the run's date alone.
      let reader = SpecReader(
        file: name(file), defaultProject: site.settings.project, run: RunContext(id: "run", logicalTime: now),
        use: .recurring)
      return RecurringSpec(file, bytes, try reader.read(bytes), nil)
    } catch let error as SpecError {
      return RecurringSpec(file, [], nil, error)
    } catch {
      return RecurringSpec(file, [], nil, Self.error(file, "it cannot be read: \(error)"))
    }
  }

  /// All of a site, by name; of two with the same job the second is an error.
  ///
  /// - Parameter known: specs as they were read before, by their files.
  static func all(_ site: Site, now: Timestamp, known: [RecurringFile: RecurringSpec] = [:]) throws -> [RecurringSpec] {
    var owners: [String: String] = [:]
    return try site.spool.recurringFiles(settleSeconds: site.settings.settleSeconds).map { file in
      let spec = known[file] ?? read(file, site, now: now)
      guard let job = spec.job else { return spec }
      let name = "\(job.project)/\(job.name)"
      guard let owner = owners.updateValue(file.name, forKey: name) else { return spec }
      owners[name] = owner
      return RecurringSpec(
        file, [], nil, error(file, "the job \(name) is queued by \(owner) already: give this one another name"))
    }
  }

  /// How people know the file.
  private static func name(_ file: RecurringFile) -> String { "recurring/\(file.specName)" }

  static func error(_ file: RecurringFile, _ message: String) -> SpecError {
    SpecError(file: name(file), mistakes: [SpecMistake(place: Place(line: 1, column: 1), message: message)])
  }
}
