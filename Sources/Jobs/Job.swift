/// What was asked for, checked: a spec that was read without a mistake, its parameters put in.
package struct Job: Hashable, Sendable {
  /// The job's name; its runs are named after it.
  package var name: String
  /// The name space of its datasets and models.
  package var project: String
  /// Parameters after overrides, in the order of the spec, each as JSON text.
  package var params: [Param]
  /// From 0 to 100: of the jobs that wait in one project, the highest goes first.
  package var priority: Int
  /// How many runs of this name may go on at once; at least 1.
  package var concurrency: Int
  /// What queues it; nil for a job that runs once.
  package var triggers: Triggers?
  /// In the order of the spec; every input refers to an earlier step.
  package var steps: [Step]

  package static let defaultPriority = 50

  package struct Param: Codable, Hashable, Sendable {
    package var name: String
    package var json: String

    package init(name: String, json: String) {
      self.name = name
      self.json = json
    }
  }

  package init(
    name: String, project: String, params: [Param], priority: Int = Job.defaultPriority, concurrency: Int = 1,
    triggers: Triggers? = nil, steps: [Step]
  ) {
    self.name = name
    self.project = project
    self.params = params
    self.priority = priority
    self.concurrency = concurrency
    self.triggers = triggers
    self.steps = steps
  }
}

/// One unit of a job's work.
package struct Step: Hashable, Sendable {
  package var id: String
  package var action: StepAction
  /// Steps that must have finished, beside those that its inputs name.
  package var needs: [String]
  /// Nil: it runs when all that it needs was done.
  package var condition: Condition?
  /// Seconds until the step is ended; nil means the job's, or none.
  package var timeoutSeconds: Double?
  /// How often a failing step is tried in all; at least 1.
  package var attempts: Int
  /// Seconds before the second attempt; doubled before each one after it.
  package var backoffSeconds: Double
  package var resources: Resources
  package var isolation: Isolation
  package var keepsWork: WorkKeeping
  package var place: Place

  package struct Resources: Codable, Hashable, Sendable {
    /// Cores it may use; nil means all for what computes on all of them (`train`, `evaluate`, …), one for a command.
    package var cpus: Int?
    /// Memory that it and all that it starts may have resident; nil means no limit.
    package var memoryBytes: Int?
    /// Open files of each of its processes; nil means as many as the runner's.
    package var openFiles: Int?
    /// The largest file that it may write; nil means the executor's own limit.
    package var fileBytes: Int?
    /// What it may print; nil means the executor's own limit.
    package var outputBytes: Int?

    package init(
      cpus: Int? = nil, memoryBytes: Int? = nil, openFiles: Int? = nil, fileBytes: Int? = nil, outputBytes: Int? = nil
    ) {
      self.cpus = cpus
      self.memoryBytes = memoryBytes
      self.openFiles = openFiles
      self.fileBytes = fileBytes
      self.outputBytes = outputBytes
    }
  }

  package init(
    id: String, action: StepAction, needs: [String] = [], condition: Condition? = nil, timeoutSeconds: Double? = nil,
    attempts: Int = 1, backoffSeconds: Double = 1, resources: Resources = Resources(),
    isolation: Isolation = Isolation(), keepsWork: WorkKeeping = .never, place: Place = Place(line: 1, column: 1)
  ) {
    self.id = id
    self.action = action
    self.needs = needs
    self.condition = condition
    self.timeoutSeconds = timeoutSeconds
    self.attempts = attempts
    self.backoffSeconds = backoffSeconds
    self.resources = resources
    self.isolation = isolation
    self.keepsWork = keepsWork
    self.place = place
  }
}

/// A position in a spec, counted from 1.
package struct Place: Codable, Hashable, Sendable, Comparable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (left: Place, right: Place) -> Bool { (left.line, left.column) < (right.line, right.column) }
}
