import Foundation
import Testing

/// What copies of data are read as: what the data is.
@Suite struct InheritedTypesTests {
  private let site: SiteFixture

  init() throws { site = try SiteFixture() }

  private static let recipe = """
    version: 1
    name: codes
    sources:
      codes: {entity: zip, time: at, columns: code}

    """

  private static let job = """
    version: 1
    name: copies
    project: p
    steps:
      - {id: raw, uses: snapshot, with: {from: rows.jsonl, dataset: rows, format: FORMAT, missing: [nil]}}
      - {id: codes, uses: snapshot, with: {from: codes.jsonl, dataset: codes}}
      - {id: parts, uses: split, with: {data: raw, by: random, test: 0.5}}
      - {id: part, uses: validate, with: {data: parts.train, contract: part.yaml}}
      - id: joined
        uses: features
        with: {data: raw, time: at, recipe: recipe.yaml, inputs: {codes: codes}, dataset: joined}
      - {id: whole, uses: validate, with: {data: joined, contract: whole.yaml}}

    """

  @Test("texts of digits stay texts in what is copied, described or not", arguments: ["table", "files"])
  func digits(format: String) throws {
    let rows = (0..<20).map { "{\"zip\":\"1000\($0 % 4)\",\"at\":\"2013-01-01T00:00:00Z\",\"n\":\($0)}\n" }
    let codes = (0..<4).map { "{\"zip\":\"1000\($0)\",\"at\":\"2012-01-01T00:00:00Z\",\"code\":\"4\($0)\"}\n" }
    try site.write("rows.jsonl", rows.joined())
    try site.write("codes.jsonl", codes.joined())
    try site.write("recipe.yaml", Self.recipe)
    let contract = "version: 1\ncolumns: {zip: {type: string}, n: {type: integer}, at: {type: timestamp}"
    try site.write("part.yaml", contract + "}\n")
    try site.write("whole.yaml", contract + ", code: {type: string}}\n")
    // What is said of reading is for tables alone.
    let job = Self.job.replacing("FORMAT", with: format)
    try site.write("copies.yaml", format == "table" ? job : job.replacing(", missing: [nil]", with: ""))
    let submitted = try site.run("submit", "copies.yaml")
    try #require(submitted.status == 0, "\(submitted.errors)")
    let answer = try site.run("run")
    #expect(answer.status == 0, "\(answer.errors)")
  }
}
