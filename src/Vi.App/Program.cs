using Vi.App.Commands;

var terminal = Terminal.OfProcess();
using var guard = new ExitGuard(terminal, CommandLine.Failed);
using var interrupt = new Interrupt(terminal, CommandLine.Cancelled);
return await CommandLine.InvokeAsync(args, new VilabHost(terminal, services => services.AddVilab()), interrupt.Token);
