internal import ArgumentParser
internal import Pipeline

extension DataCommand {
  struct SuggestContract: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "suggest-contract",
      abstract: "Propose a contract that versions or files keep.",
      discussion: """
        Types, missing shares, ranges, sets, keys, order and row counts, with room for tomorrow's data: a beginning to \
        edit, as YAML with comments. What is named keeps the proposed contract; the more versions, the better it is.

        EXAMPLE:
          nightshift data suggest-contract flights@v1 flights@v2 flights@v3 > flights.contract.yaml
          nightshift data suggest-contract landing/2013-04-01.csv
        """)

    @Argument(help: "NAME@VERSION, or files, which are one table.", completion: SiteNames.versions)
    var data: [String]

    @OptionGroup var siteOptions: SiteOptions

    func run() throws {
      let sources = try HandData(siteOptions)
      try Terminal.writeAll(Array(try sources.work.suggestion(try sources.data(data)).utf8))
    }
  }
}
