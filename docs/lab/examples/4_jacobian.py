# Jacobian and Hessian of functions
from autograd import cos, hessian, jacobian, sin


def polar(r, angle):
    return [r * cos(angle), r * sin(angle)]


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


print("Jacobian:", jacobian(polar, argnums=(0, 1))(2.0, 0.5))
print("Hessian:", hessian(rosenbrock, argnums=(0, 1))(1.0, 1.0))
