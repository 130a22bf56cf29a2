using GspMl.Onnx.Operators;
using GspMl.Tests.Shared;

namespace GspMl.Onnx.Tests.Coverage;

/// <summary>
/// docs/onnx-coverage.md, whose tables are made of the operator table and of what is tested. After a change that is meant, set the variable
/// GSPML_ACCEPT_COVERAGE and run this class once: the page is then written anew.
/// </summary>
public sealed class CoveragePageTests
{
    private static readonly string Page = Repository.File("docs", "onnx-coverage.md");

    [Fact]
    public void The_page_shows_the_operators_whose_weights_are_pruned() => Check("products", CoverageTables.Products());

    [Fact]
    public void The_page_shows_each_operator_storage_and_number_type_that_is_tested() => Check("forms", CoverageTables.Forms());

    [Fact]
    public void The_page_shows_what_weights_are_followed_through() => Check("constants", CoverageTables.Constants());

    [Fact]
    public void The_page_shows_what_channels_are_followed_through() => Check("channels", CoverageTables.Channels());

    [Fact]
    public void Every_product_of_real_numbers_is_tested_in_every_form()
        => Assert.Equal(OperatorTable.All.Where(op => op.Product is { Quantization: null }).Select(op => op.Name).Order(),
            OperatorCase.All.Select(tested => tested.Operator).Distinct().Order());

    [Fact]
    public void Every_product_of_bytes_has_a_test_of_its_name()
        => Assert.Equal(OperatorTable.All.Where(op => op.Product?.Quantization is not null).Select(op => op.Name).Order(),
            typeof(QuantizedProductTests).GetMethods().Select(test => test.Name.Split('_')[0])
                .Intersect(OperatorTable.All.Select(op => op.Name)).Order());

    private static void Check(string part, string lines)
    {
        var text = File.ReadAllText(Page).ReplaceLineEndings("\n");
        var (start, end) = ($"<!-- {part} -->\n", $"\n<!-- end of {part} -->");
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        var to = text.IndexOf(end, from, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("GSPML_ACCEPT_COVERAGE") is not null)
            File.WriteAllText(Page, text[..from] + lines + text[to..]);
        else
            Assert.Equal(lines, text[from..to]);
    }
}
