internal import Disk
internal import Jobs
internal import Records
internal import Store
internal import Tables

extension StepContext {
  /// `features`: the rows of the data with columns of what each source knew at the row's time.
  func features(_ options: FeaturesOptions) throws -> StepResult {
    let recipe = try featureRecipe()
    try require(options.inputs.map(\.source), of: recipe)
    let data = try artifact("data")
    let reader = try table(data)
    var work = FeatureWork(recipe: recipe, timeColumn: options.time)
    try work.readSpine(reader)
    var columns: [Column] = []
    for source in recipe.sources {
      columns += try work.columns(source, try table(try artifact("inputs.\(source.name)")))
    }
    return try write(columns, reader, work, data)
  }

  /// The recipe that the step's key names.
  private func featureRecipe() throws -> FeatureRecipe {
    guard let digest = request.sources["recipe"] else { throw PipelineError.stepFailed("the request names no recipe") }
    guard let file = try store.manifest(digest)[FeatureRecipe.fileName] else {
      throw PipelineError.stepFailed(
        "the version that `recipe` names is no recipe: it has no \(FeatureRecipe.fileName)")
    }
    var stream = store.stream(of: file)
    let recipe = try CanonicalJSON.decode(FeatureRecipe.self, from: try stream.readAll())
    guard recipe.format == FeatureRecipe.currentFormat else {
      throw PipelineError.stepFailed("the recipe is “\(recipe.format)”, which this version of the tool does not know")
    }
    return recipe
  }

  private func require(_ inputs: [String], of recipe: FeatureRecipe) throws {
    let sources = recipe.sources.map(\.name)
    for source in sources where !inputs.contains(source) {
      throw PipelineError.stepFailed("the recipe \(recipe.name) reads “\(source)”: name its data in `inputs`")
    }
    for input in inputs where !sources.contains(input) {
      throw PipelineError.stepFailed(
        "the recipe \(recipe.name) reads no “\(input)”: "
          + (nearestWord(to: input, among: sources).map { "did you mean “\($0)”?" }
            ?? "it reads \(sources.joined(separator: ", "))"))
    }
  }

  private func write(_ columns: [Column], _ reader: TableReader, _ work: FeatureWork, _ data: Artifact) throws
    -> StepResult
  {
    let recipe = work.recipe
    let digest = request.sources["recipe"] ?? data.digest
    let writer = try StoreWriter(store)
    let file = writer.beginFile(try RelativePath("features.csv"))
    try reader.copy(adding: columns) { bytes in try file.append(bytes) }
    // Another recipe makes another version, whether or not it changed a value.
    var marks = [try writer.addFile(try RelativePath("features.recipe"), try CanonicalJSON.encode(recipe))]
    let cited = try recipes(of: [data]).citing(
      RecipeCitation(name: recipe.name, digest: digest, features: recipe.featureNames))
    if cited.count > 1 {
      marks.append(try writer.addFile(try RelativePath("features.recipes"), try CanonicalJSON.encode(cited)))
    }
    let manifest = try Manifest([try file.finish()] + marks)
    let version = try writer.put(manifest)
    try writer.finish()
    // The rows were copied as they were written, and so are read as they were read.
    var reading = try StoredReading.inherited(from: data, reader, in: store)
    for column in columns { reading.types[column.name] = column.type }
    var (description, _) = try DatasetDescriber(store: store).description(of: manifest, .table, reading)
    description.recipes = cited
    let described = try store.put(try CanonicalJSON.encode(description))[0]
    let itself = try store.put(
      try CanonicalJSON.encode(DatasetDescriber(store: store).files(of: try store.manifest(digest))))[0]
    return StepResult(
      outputs: [
        StepRecord.Output(name: "", artifact: Artifact(kind: .dataset, digest: version, description: described)),
        StepRecord.Output(name: "recipe", artifact: Artifact(kind: .dataset, digest: digest, description: itself)),
      ],
      notes: work.notes, headline: "\(columns.count) features of \(recipe.name) for \(work.rowCount) rows")
  }
}

/// The spine and what is made for it, source by source.
private struct FeatureWork {
  let recipe: FeatureRecipe
  let timeColumn: String
  private(set) var notes: [String] = []
  private var time = Column(name: "", storage: .timestamps([]))
  private var keys: [String: Column] = [:]

  init(recipe: FeatureRecipe, timeColumn: String) {
    self.recipe = recipe
    self.timeColumn = timeColumn
  }

  var rowCount: Int { time.count }

  /// Reads the keys as text and the time; a time that is none is an error, a missing one is not.
  mutating func readSpine(_ reader: TableReader) throws {
    let header = try reader.header()
    for name in recipe.featureNames where header.contains(name) {
      throw PipelineError.stepFailed(
        "the data has a column “\(name)” already: rename it, or the feature of the recipe \(recipe.name)")
    }
    time = try reader.readTable(columns: [timeColumn], types: [timeColumn: .timestamp]).columns[0]
    let names = Set(recipe.sources.flatMap { $0.entity.map(\.data) }).sorted()
    let table = try reader.readTable(
      columns: names, types: Dictionary(uniqueKeysWithValues: names.map { ($0, .string) }))
    for column in table.columns { keys[column.name] = column }
  }

  mutating func columns(_ source: FeatureRecipe.Source, _ reader: TableReader) throws -> [Column] {
    var types: [String: ColumnType] = [:]
    for key in source.entity { types[key.source] = .string }
    for name in [source.time, source.known].compactMap({ $0 }) {
      guard types.updateValue(.timestamp, forKey: name) != .string else {
        throw PipelineError.stepFailed("“\(name)” of the source \(source.name) cannot be a key and a time at once")
      }
    }
    var names = types.keys.sorted()
    for name in source.features.compactMap(\.column) where !names.contains(name) { names.append(name) }
    let table = try reader.readTable(columns: names, types: types)
    try checkNumbers(source, table)
    let answer = try AsOfFeatures(
      keys: source.entity.compactMap { keys[$0.data] }, time: time, source: AsOfSource(source, table)
    ).answer()
    if answer.unaskedCount > 0 {
      notes.append("\(answer.unaskedCount) rows have no key or time: their features of \(source.name) are missing")
    }
    if answer.unusedCount > 0 {
      notes.append("\(answer.unusedCount) rows of \(source.name) have no key or time and were never used")
    }
    return answer.columns
  }

  private func checkNumbers(_ source: FeatureRecipe.Source, _ table: Table) throws {
    for feature in source.features where [.sum, .mean, .min, .max].contains(feature.measure) {
      guard let column = feature.column.flatMap({ table[$0] }), column.type == .string else { continue }
      throw PipelineError.stepFailed(
        "the feature “\(feature.name)” is the \(feature.measure.rawValue) of “\(column.name)”, which holds text: take its `last`, or count it"
      )
    }
  }
}

extension AsOfSource {
  fileprivate init(_ source: FeatureRecipe.Source, _ table: Table) {
    func ticks(_ seconds: Double) -> Int64 { Int64((seconds * Double(Column.ticksPerSecond)).rounded()) }
    self.init(
      name: source.name, table: table, entity: source.entity.map(\.source), time: source.time,
      known: source.known.map { .column($0) } ?? .delay(ticks(source.delaySeconds)),
      repeats: source.corrects ? .correct : .add,
      features: source.features.map {
        AsOfFeature(name: $0.name, measure: $0.measure, column: $0.column, reach: $0.reachSeconds.map(ticks))
      })
  }
}
