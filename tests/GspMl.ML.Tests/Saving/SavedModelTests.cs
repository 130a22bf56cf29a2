using System.Diagnostics;
using System.Globalization;
using GspMl.ML.Tests.Pipelines;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Tests.Saving;

public sealed class SavedModelTests(ITestOutputHelper output) : IDisposable
{
    private readonly MLContext ml = new(seed: 1);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("saved-model-tests-");

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>The whole point of saving as an ONNX transformer: a process in which no GspMl is gets the same scores.</summary>
    [Fact]
    public void A_process_without_GspMl_loads_the_model_and_scores_alike()
    {
        var data = Sentences.Load(ml);
        var model = Sentences.Words(ml)
            .Append(ml.Transforms.SparseNmf("Topics", "Words", rank: 8, sparsity: 0.7))
            .Append(ml.Transforms.GspProjection("Sparse", "Topics", sparsity: 0.9))
            .Append(ml.Transforms.RowGroupProjection("Segments", "Topics", [4, 4], sparsity: 0.8))
            .Append(ml.Transforms.GspProjection("Topics", sparsity: 0.8))
            .Append(ml.BinaryClassification.Trainers.SdcaLogisticRegression("Label", "Topics"))
            .Fit(data);
        string[] columns = ["Sparse", "Segments", "Topics", "Probability"];
        var lines = LoadElsewhere(model, data, columns);

        var transformed = model.Transform(data);
        var at = 0;
        foreach (var column in columns)
        {
            Assert.Equal($"{column}: {transformed.Schema[column].Type}", lines[at++]);
            var expected = column == "Probability" ? [.. transformed.GetColumn<float>(column).Select(p => new[] { p })] : transformed
                .Floats(column);
            var actual = lines[at..(at += expected.Length)]
                .Select(line => line.Split(' ').Select(v => float.Parse(v, CultureInfo.InvariantCulture)).ToArray()).ToArray();
            ComponentChecks.ValuesAreClose(expected, actual, 1e-4);
        }
        Assert.Equal("GspMl assemblies: 0, beside the program: 0", lines[at]);
        var compared = $"{string.Join(", ", columns)} of {transformed.Floats("Topics").Length} rows";
        output.WriteLine($"child process: {compared} equal to 1e-4; {lines[at]}");
    }

    [Fact]
    public void Nothing_is_left_in_the_temporary_folder()
    {
        var data = ml.Vectors(GeneratedData.Matrix(30, 8, 1, r => (float)r.NextDouble()));
        ITransformer[] models =
        [
            ml.Transforms.SparseNmf("Parts", "Features", rank: 3).Fit(data),
            ml.Transforms.GspProjection("Features", sparsity: 0.6).Fit(data),
            ml.Transforms.RowGroupProjection("Projected", "Features", [4, 4]).Fit(data),
        ];
        var before = TemporaryEntries();
        foreach (var model in models)
        {
            ml.Model.Save(model, data.Schema, Path.Combine(folder.FullName, "model.zip"));
            using var stream = new MemoryStream();
            ml.Model.Save(model, data.Schema, stream);
        }
        Assert.Equal(before, TemporaryEntries());
    }

    private string[] LoadElsewhere(ITransformer model, IDataView data, string[] columns)
    {
        var (modelFile, dataFile) = (Path.Combine(folder.FullName, "model.zip"), Path.Combine(folder.FullName, "data.bin"));
        ml.Model.Save(model, data.Schema, modelFile);
        using (var file = File.Create(dataFile)) ml.Data.SaveAsBinary(data, file);
        var start = new ProcessStartInfo("dotnet", [LoaderProgram(), modelFile, dataFile, .. columns])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return lines;
    }

    /// <summary>Built beside the tests: artifacts/bin/GspMl.ML.Tests/release → artifacts/bin/GspMl.ML.Loader/release.</summary>
    private static string LoaderProgram()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(here.Parent!.Parent!.FullName, "GspMl.ML.Loader", here.Name, "GspMl.ML.Loader.dll");
    }

    /// <summary>
    /// Folders that our saving makes (other tests make others at the same time), and single files, which ML.NET's ONNX transformer makes.
    /// </summary>
    private static string[] TemporaryEntries() =>
        [
            .. Directory.GetDirectories(Path.GetTempPath(), "gspml-save-*").Order(),
            .. Directory.GetDirectories(Path.GetTempPath(), "ml_dotnet*").SelectMany(Directory.GetFileSystemEntries).Order(),
        ];
}
