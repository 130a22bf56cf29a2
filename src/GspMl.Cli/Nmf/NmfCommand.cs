using System.CommandLine;
using System.Numerics;
using GspMl.Cli.Cluster;
using GspMl.Cli.Npy;
using GspMl.Cli.Parts;
using GspMl.Cli.Pictures;
using GspMl.Cli.Shell;
using GspMl.Cli.Usage;
using GspMl.Factorization;

namespace GspMl.Cli.Nmf;

/// <summary><c>gspml nmf</c>: sparse non-negative matrix factorisation of a matrix whose rows are samples.</summary>
internal static class NmfCommand
{
    private const string Automatic = "auto";

    private static readonly Argument<string[]> Source = new("X")
    {
        Description = "Samples in rows: .npy (dense), .mtx (Matrix Market, stays sparse) or .parquet; several files, or a folder of "
            + "them, are one matrix.",
        Arity = ArgumentArity.OneOrMore,
        Validators = { RefuseOptions },
    };
    private static readonly Option<int> Rank = new("--rank", "-r") { Description = "Columns of the basis.", Required = true };
    private static readonly Option<string> Output = new("--out", "-o")
    {
        Description = "Folder for basis.npy, coefficients.npy, trace.csv, summary.json, report.html.",
        Required = true,
    };
    private static readonly Option<string> Algorithm = Choice.Of("--algorithm",
        "auto: psnmf where a sparsity is given, else a-hals.",
        Automatic, "psnmf", "cpsnmf", "a-hals", "nenmf", "l1-a-hals");
    private static readonly Option<double?> Sparsity = new("--sparsity", "-s")
    {
        CustomParser = Number.ReadMaybe,
        Description = "Average Hoyer sparsity of the basis columns, 0 … 1.",
    };
    private static readonly Option<double?> CoefficientSparsity = new("--coefficient-sparsity")
    {
        CustomParser = Number.ReadMaybe,
        Description = "Average Hoyer sparsity of the coefficients' columns, 0 … 1.",
    };
    private static readonly Option<string?> Weights = new("--weights")
    {
        Description = "A weight ≥ 0 for each feature (WSNMF): small ones make entries cheap.",
        HelpName = "W.npy",
    };
    private static readonly Option<int> MaxIterations = new("--max-iterations")
    {
        Description = "The most iterations.",
        DefaultValueFactory = _ => 500,
    };
    private static readonly Option<double> Tolerance = new("--tolerance")
    {
        CustomParser = Number.Read,
        Description = "End when the error falls by less than this fraction in ten iterations; 0: never.",
        DefaultValueFactory = _ => 1e-4,
    };
    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of random starts.", DefaultValueFactory = _ => 0 };
    private static readonly Option<string> Init = Choice.Of("--init", "How factors start.", "random", "nndsvd", "nndsvda");
    private static readonly Option<string?> Basis0 = new("--basis0")
    {
        Description = "Basis to start from, with --coefficients0.",
        HelpName = "B.npy",
    };
    private static readonly Option<string?> Coefficients0 = new("--coefficients0")
    {
        Description = "Coefficients to start from, with --basis0.",
        HelpName = "C.npy",
    };
    private static readonly Option<int?> Batch = MatrixInput.BatchOption();
    private static readonly Option<string?> Image = new("--image")
    {
        Description = "Features are pixels: HEIGHTxWIDTH; writes basis.png and shows it in the report.",
        HelpName = "HxW",
    };
    private static readonly Option<string> PixelOrder = Choice.Of("--pixel-order", "Order of the pixels in a row of X.", "rows", "columns");
    private static readonly MemberOptions Member = new("Run on the workers of the cluster that has this folder (gspml worker).");
    private static readonly Option<int?> Shards = new("--shards")
    {
        Description = "With --cluster: the parts that rows are cut into; default: one for each worker.",
        HelpName = "N",
    };
    private static readonly Option<int> Workers = new("--workers")
    {
        Description = "With --cluster: how many workers to wait for, up to a minute.",
        DefaultValueFactory = _ => 1,
        HelpName = "N",
    };
    private static readonly Option<bool> Resume = new("--resume")
    {
        Description = "With --cluster: go on with the last run of this data into this folder, where it was lost.",
    };
    private static readonly ThreadsOption Threads = new();

    public static Command Create(CommandShell shell)
    {
        var command = new Command("nmf", "Factorise a non-negative matrix, X ≈ C·Bᵀ, with a basis of a given average sparsity.")
        {
            Source, Rank, Output, Algorithm, Sparsity, CoefficientSparsity, Weights, MaxIterations, Tolerance, Seed, Init, Basis0,
                Coefficients0, Batch, Image, PixelOrder, Member.Folder, Member.Address, Member.DeadAfter, Shards, Workers, Resume, Threads,
        };
        return shell.Runs(command, (parsed, cancel) => RunAsync(parsed, new ProgressBar(shell.Messages), cancel));
    }

    /// <summary>Any number of files may be named, so that a misspelt option would be taken for one.</summary>
    private static void RefuseOptions(System.CommandLine.Parsing.ArgumentResult named)
    {
        var options = (named.Parent as System.CommandLine.Parsing.CommandResult)?.Command.Options.Select(option => option.Name) ?? [];
        foreach (var word in named.Tokens.Select(token => token.Value).Where(word => word.StartsWith("--", StringComparison.Ordinal)))
            named.AddError($"there is no option {word}{Spelling.Hint(word, options)}");
    }

    private static async Task<CommandResult> RunAsync(ParseResult parsed, ProgressBar bar, CancellationToken cancel)
    {
        if (parsed.GetValue(Member.Folder) is { } cluster)
            return await RunOnClusterAsync(parsed, cluster, bar, cancel).ConfigureAwait(false);
        foreach (var option in (Option[])[.. Member.Others, Shards, Workers, Resume])
        {
            if (parsed.GetResult(option) is { Implicit: false }) throw CommandException.Usage($"{option.Name} needs --cluster.");
        }
        return await Task.Run(() => Run(parsed, bar, cancel), cancel).ConfigureAwait(false);
    }

    /// <summary>The one method here that loads what a cluster needs.</summary>
    private static Task<NmfRunResult> RunOnClusterAsync(ParseResult parsed, string cluster, ProgressBar bar, CancellationToken cancel)
    {
        foreach (var option in new Option[] { Basis0, Coefficients0, Batch })
        {
            if (parsed.GetResult(option) is { Implicit: false }) throw CommandException.Usage($"{option.Name} does not go with --cluster.");
        }
        if (parsed.GetValue(Workers) < 1) throw CommandException.Usage($"--workers {parsed.GetValue(Workers)}: not at least 1.");
        OutputPath.CheckFolder(parsed.GetRequiredValue(Output), NmfOutput.Names);
        var (data, options) = (PartSet.Of(parsed.GetRequiredValue(Source)), ReadOptions(parsed));
        return new ClusterNmf(Member.Read(parsed, cluster, options.MaxThreads), data, options, parsed.GetRequiredValue(Output),
            ReadShape(parsed, data.Features))
        {
            Shards = parsed.GetValue(Shards),
            Workers = parsed.GetValue(Workers),
            Resume = parsed.GetValue(Resume),
        }.RunAsync(bar, cancel);
    }

    private static NmfRunResult Run(ParseResult parsed, ProgressBar bar, CancellationToken cancel)
    {
        OutputPath.CheckFolder(parsed.GetRequiredValue(Output), NmfOutput.Names);
        return MatrixInput.ReadSamples(parsed.GetRequiredValue(Source), parsed.GetValue(Batch), cancel) switch
        {
            DataMatrix<double> data => Run(parsed, data, bar, cancel),
            var data => Run(parsed, (DataMatrix<float>)data, bar, cancel),
        };
    }

    private static NmfRunResult Run<T>(ParseResult parsed, DataMatrix<T> data, ProgressBar bar, CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var options = ReadOptions(parsed);
        var shape = ReadShape(parsed, data.Features);
        var start = ReadStart<T>(parsed);
        NmfResult<T> result;
        try
        {
            result = NonnegativeFactorization.Fit(data, options, start, new FactorizationProgressBar(bar, options.MaxIterations), cancel);
        }
        catch (ArgumentException e) when (e.ParamName == nameof(data))
        {
            throw CommandException.Input($"{string.Join(", ", parsed.GetRequiredValue(Source))}: {CommandException.Text(e)}");
        }
        catch (ArgumentException e)
        {
            throw CommandException.Usage(CommandException.Text(e));
        }
        finally
        {
            bar.Clear();
        }
        cancel.ThrowIfCancellationRequested();
        return NmfOutput.Write(parsed.GetRequiredValue(Output), data, options, result, shape);
    }

    private static NmfOptions ReadOptions(ParseResult parsed) => new()
    {
        Rank = parsed.GetRequiredValue(Rank),
        Algorithm = parsed.GetRequiredValue(Algorithm) == Automatic ? null : Choice.Read<NmfAlgorithm>(parsed, Algorithm),
        BasisSparsity = parsed.GetValue(Sparsity),
        CoefficientSparsity = parsed.GetValue(CoefficientSparsity),
        FeatureWeights = parsed.GetValue(Weights) is { } weights ? NpyReader.Read(weights).As<double>() : null,
        MaxIterations = parsed.GetValue(MaxIterations),
        Tolerance = parsed.GetValue(Tolerance),
        Seed = parsed.GetValue(Seed),
        MaxThreads = Threads.Read(parsed),
        Initialization = Choice.Read<NmfInitialization>(parsed, Init),
    };

    private static StartFactors<T>? ReadStart<T>(ParseResult parsed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (parsed.GetValue(Basis0), parsed.GetValue(Coefficients0)) switch
        {
            (null, null) => null,
            ({ } basis, { } coefficients) => new(MatrixInput.ReadMatrix<T>(basis), MatrixInput.ReadMatrix<T>(coefficients)),
            _ => throw CommandException.Usage("--basis0 and --coefficients0 go together."),
        };

    private static PictureShape? ReadShape(ParseResult parsed, int features)
    {
        if (parsed.GetValue(Image) is not { } text) return null;
        if (text.Split('x') is not [var h, var w] || !int.TryParse(h, out var height) || !int.TryParse(w, out var width) || height < 1
            || width < 1)
            throw CommandException.Usage($"--image {text}: wanted HEIGHTxWIDTH, for example 19x19.");
        if ((long)height * width != features)
            throw CommandException.Usage($"--image {text}: {(long)height * width} pixels, but X has {features} features.");
        return new(height, width, parsed.GetRequiredValue(PixelOrder) == "columns");
    }
}
