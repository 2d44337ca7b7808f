internal import ArgumentParser

/// What `data show` and `model show` take and do.
struct VersionShow: ParsableArguments {
  @Argument(help: "NAME@VERSION.", completion: SiteNames.versions)
  var reference: String

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  func show() throws {
    guard reference.contains("@") || reference.hasPrefix("sha256:") else {
      let name = reference.printable
      throw Refusal(
        status: .usage, description: "“\(name)” names no version: write \(name)@latest, \(name)@v12 or \(name)@ALIAS")
    }
    var show = Show()
    show.what = reference
    show.siteOptions = siteOptions
    show.output = output
    try show.run()
  }
}
